//! The module tree as an icicle: a module lies under the one around it, as wide as it has nodes.

use leptos::prelude::*;
use qspect_core::figures::{count, percent};
use qspect_core::{ModuleSummary, Verdict, VerdictCounts, icicle};

use super::mark;
use crate::format::css_percent;
use crate::parts::{Part, part, plain, told};

/// The modules below one, that one on top. For the eye and the pointer: the same modules are in the
/// table beside it.
#[component]
pub(crate) fn Icicle(
    modules: StoredValue<Vec<ModuleSummary>>,
    /// The module in focus.
    focus: usize,
    /// Called with a module that the reader goes to.
    on_focus: Callback<usize>,
) -> impl IntoView {
    modules.with_value(|modules| {
        let whole = modules.get(focus).map_or(0, |it| it.verdicts.n_nodes());
        let cells = icicle(modules, focus);
        let legend = legend(&modules.get(focus).map(|it| it.verdicts).unwrap_or_default());
        let n_levels = cells.iter().map(|it| it.level + 1).max().unwrap_or_default();
        let cells = cells.into_iter().map(|cell| {
            let module = &modules[cell.module_idx];
            let module_idx = cell.module_idx;
            let quantized = module.verdicts.n_quantized();
            let title = format!(
                "{} {}: {} of {} quantized",
                module.path,
                module.class,
                percent(quantized as u64, module.verdicts.n_floating() as u64),
                count(module.verdicts.n_floating(), "node", "nodes"),
            );
            view! {
                <button
                    class="qs-icicle__cell"
                    tabindex="-1"
                    title=plain(&title)
                    style:left=css_percent(cell.start, whole)
                    style:width=css_percent(cell.n_nodes, whole)
                    style:top=format!("{}px", cell.level * 34)
                    style:background-image=bar(&module.verdicts)
                    on:click=move |_| on_focus.run(module_idx)
                >
                    {told(last_part(module))}
                </button>
            }
        });
        view! {
            <div class="qs-icicle" aria-hidden="true" style:height=format!("{}px", n_levels * 34)>
                {cells.collect_view()}
            </div>
            {legend.view()}
        }
    })
    .into_any()
}

/// A bar of all verdicts, each as long as it has nodes.
fn bar(verdicts: &VerdictCounts) -> String {
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
            Verdict::Unmatched | Verdict::Unknown => "unmatched",
            Verdict::NotFloat => "previous",
        };
        let (start, end) = (css_percent(start, whole), css_percent(end, whole));
        bar.push_str(&format!(",var(--{color}) {start} {end}"));
    }
    bar + ")"
}

/// What the colours mean.
fn legend(verdicts: &VerdictCounts) -> Part {
    let there = Verdict::ALL.into_iter().filter(|it| verdicts.get(*it) > 0);
    let items = there.map(|it| part("span", "").with(mark(it)).text(it.label()));
    part("p", "qs-list qs-small").with_all(items)
}

/// The last part of a module's path; of the model itself its class.
pub(crate) fn last_part(module: &ModuleSummary) -> &str {
    module.last_part()
}
