//! Edges and nodes, as shared and derived qspecs name them.

use crate::text::Name;

/// The value of `edge_or_node` and `derived_from`: a node, an edge `(producer, consumer)`, or any
/// nesting of them.
///
/// In JSON a node is a string, a tuple an array, and a Python list `{"list": […]}`, since Python
/// prints tuples and lists differently.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EdgeOrNode {
    /// The output of a node.
    Node(Name),
    /// A Python tuple; of two nodes, an edge.
    Tuple(Vec<EdgeOrNode>),
    /// A Python list.
    List(Vec<EdgeOrNode>),
}

/// Python's empty tuple.
impl Default for EdgeOrNode {
    fn default() -> Self {
        Self::Tuple(Vec::new())
    }
}

impl EdgeOrNode {
    /// The edge from `producer` to `consumer`.
    pub fn edge(producer: impl Into<Name>, consumer: impl Into<Name>) -> Self {
        Self::Tuple(vec![Self::Node(producer.into()), Self::Node(consumer.into())])
    }

    /// `(producer, consumer)`, if this is an edge.
    pub fn as_edge(&self) -> Option<(&Name, &Name)> {
        match self {
            Self::Tuple(items) => match items.as_slice() {
                [Self::Node(producer), Self::Node(consumer)] => Some((producer, consumer)),
                _ => None,
            },
            _ => None,
        }
    }
}
