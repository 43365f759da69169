//! Many reports: a row for each.

use leptos::prelude::*;

use crate::components::TabPanel;
use crate::place::View;
use crate::state::AppState;

/// A matrix of the reports and their figures.
#[component]
pub(crate) fn FleetView(state: AppState) -> impl IntoView {
    let _ = state;
    view! {
        <TabPanel view=View::Fleet class="qs-overview">
            <h1 class="qs-hidden">"Fleet"</h1>
        </TabPanel>
    }
}
