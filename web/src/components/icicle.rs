//! The module tree as an icicle: each module lies below its parent, as wide as its part of the model.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::analysis::ModuleSummary;
use qspect_core::text::number_format::{count, percent};
use qspect_core::view::{IcicleCell, IcicleWidth, icicle};
use qspect_core::{Verdict, VerdictCounts};

use super::{SafeText, VerdictMark, safe_attribute};
use crate::format::{css_percent, css_share};

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
    /// Called with the module that the reader opens.
    on_focus: Callback<usize>,
) -> impl IntoView {
    let verdicts = modules.get(focus).map(|it| it.verdicts).unwrap_or_default();
    let whole = modules.get(focus).map_or(0, |it| width.of(it));
    let cells = icicle(&modules, focus, width);
    let n_levels = cells.iter().map(|it| it.level + 1).max().unwrap_or_default();
    let cells = cells.into_iter().filter_map(|cell| {
        let module = modules.get(cell.module_idx)?.clone();
        Some(view! { <ModuleCell module cell whole on_focus /> })
    });
    let cells = cells.collect_view();
    view! {
        <div class="qs-icicle" aria-hidden="true" style:height=format!("{}px", n_levels * LEVEL)>
            {cells}
        </div>
        <Legend verdicts />
    }
}

/// One module.
#[component]
fn ModuleCell(
    module: ModuleSummary,
    cell: IcicleCell,
    /// The width of the module in focus, which takes the full width of the picture.
    whole: u64,
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
            style:background-image=gradient(&module.verdicts)
            on:click=move |_| on_focus.run(module_idx)
        >
            <SafeText text=module.last_part() />
        </button>
    }
}

/// A bar of all verdicts, each as long as its number of nodes.
fn gradient(verdicts: &VerdictCounts) -> String {
    let whole = verdicts.n_nodes();
    let mut end = 0;
    let mut bar = "linear-gradient(90deg".to_owned();
    for verdict in Verdict::ALL {
        let start = end;
        end += verdicts.get(verdict);
        let color = match verdict {
            Verdict::Quantized => "quantized",
            Verdict::Fused => "fused",
            Verdict::FloatByConfig | Verdict::AnnotatedEmpty => "by-config",
            Verdict::Rejected => "rejected",
            Verdict::NotFloat => "previous",
            // Unmatched, and unknown.
            _ => "unmatched",
        };
        let (start, end) = (css_percent(start, whole), css_percent(end, whole));
        bar.push_str(&format!(",var(--{color}) {start} {end}"));
    }
    bar + ")"
}

/// The verdicts that occur, each with its colour.
#[component]
fn Legend(verdicts: VerdictCounts) -> impl IntoView {
    let items = Verdict::ALL.into_iter().filter(|it| verdicts.get(*it) > 0);
    let items =
        items.map(|verdict| view! { <span><VerdictMark verdict />{verdict.label()}</span> });
    view! { <p class="qs-list qs-small">{items.collect_view()}</p> }
}
