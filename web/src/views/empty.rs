//! The view before there is a report.

use leptos::prelude::*;

/// How to turn on the reports.
const HOW_TO: &str = "import logging
logging.basicConfig(level=logging.DEBUG)
prepare_pt2e(graph, quantizer)  # the report is in the log";

/// The purpose of the page, and how to begin.
#[component]
pub(crate) fn EmptyView(
    /// Whether there are files already, so that the page is about them and not about itself.
    #[prop(into)]
    is_small: Signal<bool>,
    /// Called when the reader wants to see the example.
    on_example: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="qs-empty" class:qs-empty--small=is_small>
            <h1>"What stayed float, who decided, and why"</h1>
            <p class="qs-empty__lead">
                "Qspect shows the quantization reports of ExecuTorch's quantizers: which nodes were \
                 annotated with which qspec, which were rejected, and which were never matched."
            </p>
            <div class="qs-empty__drop">
                <p><b>"Drop reports or logs anywhere on this page"</b></p>
                <p>
                    <label class="qs-button qs-button--main" for="qs-open">"Open files…"</label>
                    " "
                    <button class="qs-button" on:click=move |_| on_example.run(())>
                        "Show an example"
                    </button>
                </p>
                <p class="qs-muted">
                    "JSON of the exporter, or any text with ExecuTorch's reports in it: a log, a \
                     paste from an issue (just paste). Packed as .gz or .zip, or a whole folder. \
                     Nothing leaves this page."
                </p>
            </div>
            <h2>"No report yet?"</h2>
            <p>"ExecuTorch logs one whenever an Arm or Cortex-M quantizer runs:"</p>
            <pre class="qs-code">{HOW_TO}</pre>
        </div>
    }
}
