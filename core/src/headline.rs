//! The sentence that answers the question.

use crate::figures::{count, thousands};
use crate::{Level, Summary};

impl Summary {
    /// What stays float, in one sentence: `163 of 1,351 nodes stay float, 99 of them on purpose`.
    pub fn headline(&self) -> String {
        if self.level == Level::Info {
            return match self.n_non_annotated {
                Some(0) => "Every node has an annotation; which stay float, a DEBUG report tells"
                    .to_owned(),
                Some(n) => {
                    let nodes = count(n, "node has stayed", "nodes have stayed");
                    format!("{nodes} without an annotation")
                }
                None => "This report is cut off before it tells what stayed float".to_owned(),
            };
        }
        let n_nodes = self.verdicts.n_nodes();
        let nodes = count(n_nodes, "node", "nodes");
        if self.is_cut_off {
            let accepted = thousands(self.counts.accepted);
            return format!(
                "This report does not tell all nodes: it lists {nodes}, and counts {accepted} accepted"
            );
        }
        let n_float = self.verdicts.n_float();
        let on_purpose = match self.n_on_purpose {
            0 => String::new(),
            1 if n_float == 1 => ", on purpose".to_owned(),
            all if all == n_float => ", all of them on purpose".to_owned(),
            some => format!(", {} of them on purpose", thousands(some)),
        };
        let unknown = match self.verdicts.unknown {
            0 => String::new(),
            n => format!("; of {} nobody can tell", thousands(n)),
        };
        let sentence = match (n_nodes, n_float) {
            (0, _) => "This report names no node".to_owned(),
            (1, 0) if unknown.is_empty() => "The only node is quantized".to_owned(),
            (_, 0) if unknown.is_empty() => {
                format!("All {} nodes are quantized", thousands(n_nodes))
            }
            (1, 1) => format!("The only node is not quantized{on_purpose}"),
            (_, all) if all == n_nodes => format!("None of {nodes} is quantized{on_purpose}"),
            _ => {
                let verb = if n_float == 1 { "stays" } else { "stay" };
                format!("{} of {nodes} {verb} float{on_purpose}", thousands(n_float))
            }
        };
        sentence + &unknown
    }
}
