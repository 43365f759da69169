//! A small histogram in the head of a column.

use leptos::prelude::*;
use qspect_core::text::number_format::figure;
use qspect_core::view::{Histogram, N_BINS};

/// A bar for each bin. The square root of its height shows small bins beside large ones.
#[component]
pub(crate) fn HistogramBars(
    histogram: Histogram,
    /// Writes the smallest and the largest value.
    write: fn(f64) -> String,
) -> impl IntoView {
    let most = histogram.n_values.iter().copied().max().unwrap_or_default().max(1) as f64;
    let bars = histogram.n_values.into_iter().enumerate().filter(|it| it.1 > 0).map(|(at, n)| {
        let height = (n as f64 / most).sqrt();
        view! {
            <rect
                x=format!("{:.2}", at as f64 + 0.1)
                y=format!("{:.3}", 1.0 - height)
                width="0.8"
                height=format!("{height:.3}")
            ></rect>
        }
    });
    let title = format!("{} to {}", write(histogram.min), write(histogram.max));
    let label = title.clone();
    view! {
        <span class="qs-histogram" title=title>
            <svg
                viewBox=format!("0 0 {N_BINS} 1")
                preserveAspectRatio="none"
                role="img"
                aria-label=label
            >
                {bars.collect_view()}
            </svg>
        </span>
    }
}

/// A metric's value.
pub(crate) fn any_figure(value: f64) -> String {
    figure(value)
}
