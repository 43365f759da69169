//! The module tree as an icicle: each module lies below its parent, as wide as its part of the model.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::analysis::ModuleSummary;
use qspect_core::text::number_format::{count, percent};
use qspect_core::view::{IcicleCell, IcicleWidth, ModuleColors, icicle};

use super::node_color::variable;
use super::{SafeText, safe_attribute};
use crate::format::css_share;

/// Pixels from one level of modules to the next.
const LEVEL: usize = 34;

/// The modules below one module, with that one on top. For the eye and the pointer: the table
/// beside it lists the same modules.
#[component]
pub(crate) fn Icicle(
    modules: Arc<[ModuleSummary]>,
    /// The module in focus.
    focus: usize,
    /// What makes a module wide.
    width: IcicleWidth,
    /// The colours of the modules.
    colors: Arc<ModuleColors>,
    /// Called with the module that the reader opens.
    on_focus: Callback<usize>,
) -> impl IntoView {
    let legend = legend(&colors, focus);
    let whole = modules.get(focus).map_or(0, |it| width.of(it));
    let cells = icicle(&modules, focus, width);
    let n_levels = cells.iter().map(|it| it.level + 1).max().unwrap_or_default();
    let cells = cells.into_iter().filter_map(|cell| {
        let module = modules.get(cell.module_idx)?.clone();
        let bar = gradient(&colors, cell.module_idx);
        Some(view! { <ModuleCell module cell whole bar on_focus /> })
    });
    let cells = cells.collect_view();
    view! {
        <div class="qs-icicle" aria-hidden="true" style:height=format!("{}px", n_levels * LEVEL)>
            {cells}
        </div>
        {legend}
    }
}

/// One module.
#[component]
fn ModuleCell(
    module: ModuleSummary,
    cell: IcicleCell,
    /// The width of the module in focus, which takes the full width of the picture.
    whole: u64,
    /// The bar of its colours.
    bar: Option<String>,
    on_focus: Callback<usize>,
) -> impl IntoView {
    let IcicleCell { module_idx, level, start, width } = cell;
    // A model without MACs has one cell.
    let (width, whole) = if whole == 0 { (1, 1) } else { (width, whole) };
    let n_floating = module.verdicts.n_floating();
    let title = format!(
        "{} {}: {} of {} quantized",
        module.path,
        module.class,
        percent(module.verdicts.n_quantized() as u64, n_floating as u64),
        count(n_floating, "node", "nodes"),
    );
    view! {
        <button
            class="qs-icicle__cell"
            tabindex="-1"
            title=safe_attribute(&title)
            style:left=css_share(start, whole)
            style:width=css_share(width, whole)
            style:top=format!("{}px", level * LEVEL)
            style:background-image=bar
            on:click=move |_| on_focus.run(module_idx)
        >
            <SafeText text=module.last_part() />
        </button>
    }
}

/// A bar of all classes, each as long as its part of the module.
fn gradient(colors: &ModuleColors, module_idx: usize) -> Option<String> {
    let parts = colors.parts.get(module_idx)?;
    let whole = parts.iter().sum();
    let mut end = 0;
    let mut bar = "linear-gradient(90deg".to_owned();
    for (class, part) in colors.classes.iter().zip(parts) {
        let start = end;
        end += part;
        let (start, end) = (css_share(start, whole), css_share(end, whole));
        bar.push_str(&format!(",{} {start} {end}", variable(class)));
    }
    // Without any part there is no colour.
    (whole > 0).then(|| bar + ")")
}

/// The classes that the module in focus has, each with its colour.
fn legend(colors: &ModuleColors, focus: usize) -> AnyView {
    let parts = colors.parts.get(focus).map(Vec::as_slice).unwrap_or_default();
    let classes = colors.classes.iter().zip(parts).filter(|it| *it.1 > 0);
    let items = classes.map(|(class, _)| {
        view! {
            <span>
                <i class="qs-mark qs-mark--class" style:background=variable(class)></i>
                <SafeText text=class.label.clone() />
            </span>
        }
    });
    view! { <p class="qs-list qs-small">{items.collect_view()}</p> }.into_any()
}
