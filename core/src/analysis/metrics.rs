//! Metrics: numbers that were measured for the nodes.

use std::collections::BTreeMap;

use super::Analysis;

impl Analysis {
    /// The names of the metrics of its nodes, in alphabetical order.
    pub fn metrics(&self) -> Vec<&str> {
        let nodes = self.report().graph.iter().flat_map(|it| &it.nodes);
        let names = nodes.flat_map(|it| it.metrics.keys()).map(|it| (it.as_str(), ()));
        names.collect::<BTreeMap<_, _>>().into_keys().collect()
    }
}
