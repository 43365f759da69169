//! The acts of each quantizer on a node.

use leptos::prelude::*;
use qspect_core::analysis::{Act, TrailStep};

use crate::components::{SafeText, safe_attribute};
use qspect_core::report::qconfig_parts;

/// The quantizers in order of precedence.
#[component]
pub(super) fn TrailList(trail: Vec<TrailStep>) -> impl IntoView {
    let steps = trail.into_iter().map(|step| view! { <Step step /> });
    view! { <ol class="qs-trail">{steps.collect_view()}</ol> }
}

/// One quantizer with its acts.
#[component]
fn Step(step: TrailStep) -> impl IntoView {
    let TrailStep { quantizer, qconfig_label, acts, is_complete } = step;
    let is_idle = acts.is_empty();
    let idle = is_idle.then(|| {
        let why = if is_complete { "not touched" } else { "unknown: the report is incomplete" };
        view! { <div class="qs-trail__act">{why}</div> }
    });
    let acts = acts.into_iter().map(|act| {
        let is_rejected = matches!(act, Act::Rejected { .. });
        view! {
            <div class="qs-trail__act" class:qs-trail__act--rejected=is_rejected>
                <SafeText text=act.to_string() />
            </div>
        }
    });
    view! {
        <li class:qs-trail__idle=is_idle title=safe_attribute(&qconfig_label)>
            <SafeText text=quantizer />
            " "
            <span class="qs-muted"><SafeText text=qconfig_parts(&qconfig_label).0 /></span>
            {acts.collect_view()}
            {idle}
        </li>
    }
}
