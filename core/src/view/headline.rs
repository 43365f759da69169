//! The headline: the number of nodes that stay float, in one sentence.

use super::summary::Summary;
use crate::analysis::verdict::VerdictCounts;
use crate::text::number_format::{count, thousands};

impl Summary {
    /// The nodes that stay float, in one sentence: `163 of 1,351 compute nodes stay float, 99 of
    /// them on purpose`. It counts the same nodes as the coverage.
    pub fn headline(&self) -> String {
        if let Some(problem) = &self.incomplete {
            return format!("Incomplete report: {problem}");
        }
        match self.totals.verdicts {
            Some(verdicts) => self.of_nodes(verdicts),
            None => self.of_counts(),
        }
    }

    /// The headline of an INFO report, which has only counts.
    fn of_counts(&self) -> String {
        match self.totals.n_non_annotated {
            None | Some(0) => {
                "Every node has an annotation; which of them stay float is unknown at \
                               INFO level"
                    .to_owned()
            }
            Some(n) => {
                let nodes = count(n, "node is", "nodes are");
                format!(
                    "{nodes} without an annotation; which nodes stay float is unknown at INFO level"
                )
            }
        }
    }

    fn of_nodes(&self, verdicts: VerdictCounts) -> String {
        // A log does not show which nodes are inputs of the model.
        let [node, nodes] = if self.totals.has_graph {
            ["compute node", "compute nodes"]
        } else {
            ["node", "nodes"]
        };
        let (n_nodes, n_float) = (verdicts.n_floating(), verdicts.n_float());
        let all = thousands(n_nodes);
        let mut sentence = if verdicts.n_nodes() == 0 {
            return format!("This report has no {node}");
        } else if n_nodes == 0 {
            return format!("No {node} makes a float tensor");
        } else if n_float == 0 && verdicts.unknown == 0 {
            match n_nodes {
                1 => format!("The only {node} is quantized"),
                _ => format!("All {all} {nodes} are quantized"),
            }
        } else if verdicts.n_quantized() == 0 {
            match n_nodes {
                1 => format!("0 of 1 {node} is quantized"),
                _ => format!("0 of {all} {nodes} are quantized"),
            }
        } else {
            let verb = if n_float == 1 { "stays" } else { "stay" };
            format!("{} of {all} {nodes} {verb} float", thousands(n_float))
        };
        match self.n_on_purpose {
            0 => {}
            n if verdicts.n_quantized() == 0 => {
                sentence += &format!(", {} float on purpose", thousands(n));
            }
            1 if n_float == 1 => sentence += ", on purpose",
            n if n == n_float => sentence += ", all of them on purpose",
            n => sentence += &format!(", {} of them on purpose", thousands(n)),
        }
        if verdicts.unknown > 0 {
            sentence += &format!(", {} unknown", thousands(verdicts.unknown));
        }
        sentence
    }
}
