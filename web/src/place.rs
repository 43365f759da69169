//! Where in the page the reader is, as the address's fragment has it.

use qspect_core::{Facet, Level, NodeQuery, Within, table::SortBy};
use web_sys::UrlSearchParams;

/// The views, each with a tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum View {
    #[default]
    Overview,
    Nodes,
    Modules,
    Text,
}

impl View {
    /// In the order of the tabs.
    pub(crate) const ALL: [Self; 4] = [Self::Overview, Self::Nodes, Self::Modules, Self::Text];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Nodes => "nodes",
            Self::Modules => "modules",
            Self::Text => "text",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Nodes => "Nodes",
            Self::Modules => "Modules",
            Self::Text => "Text",
        }
    }

    /// The key that shows it. Four and five are kept for Compare and Fleet.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Overview => "1",
            Self::Nodes => "2",
            Self::Modules => "3",
            Self::Text => "6",
        }
    }

    /// The element in it that scrolls: what the arrow keys are for once the view is there.
    pub(crate) fn scroller(self) -> &'static str {
        match self {
            Self::Overview | Self::Modules => "main",
            Self::Nodes => ".qs-grid",
            Self::Text => ".qs-text__scroll",
        }
    }
}

/// All that is selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Which of the open reports, counted from 0.
    pub(crate) report_idx: usize,
    pub(crate) view: View,
    pub(crate) query: NodeQuery,
    /// The node whose details are shown.
    pub(crate) node: Option<String>,
    /// The path of the module that Modules shows; empty for the whole model.
    pub(crate) module: String,
    /// The text's level; `None`: the fullest that the report has.
    pub(crate) level: Option<Level>,
}

const FACETS: [(Facet, &str); Facet::ALL.len()] = [
    (Facet::Verdict, "verdict"),
    (Facet::Quantizer, "quantizer"),
    (Facet::DType, "dtype"),
    (Facet::Reason, "reason"),
    (Facet::Op, "op"),
];

const SORT_BYS: [(SortBy, &str); 5] = [
    (SortBy::Name, "name"),
    (SortBy::Op, "op"),
    (SortBy::Verdict, "verdict"),
    (SortBy::Output, "output"),
    (SortBy::Quantizer, "quantizer"),
];

const LEVELS: [(Level, &str); 2] = [(Level::Debug, "debug"), (Level::Info, "info")];

/// The name that goes with a value, and back.
fn name_of<T: PartialEq>(names: &[(T, &'static str)], value: &T) -> &'static str {
    names.iter().find(|it| it.0 == *value).map_or("", |it| it.1)
}

fn value_of<T: Copy>(names: &[(T, &'static str)], name: &str) -> Option<T> {
    names.iter().find(|it| it.1 == name).map(|it| it.0)
}

/// `island-1`, counted from 1, or `module-features.0`.
fn within_to_text(within: &Within) -> String {
    match within {
        Within::Islands => "islands".to_owned(),
        Within::Findings => "findings".to_owned(),
        Within::Covered => "covered".to_owned(),
        Within::Uncovered => "uncovered".to_owned(),
        Within::NotFloating => "not-floating".to_owned(),
        Within::Cell(cell) => format!("cell-{cell}"),
        Within::Island(at) => format!("island-{}", at + 1),
        Within::Finding(at) => format!("finding-{}", at + 1),
        Within::Op(at) => format!("op-{}", at + 1),
        Within::Module(path) => format!("module-{path}"),
    }
}

fn within_of_text(text: &str) -> Option<Within> {
    let (kind, which) = text.split_once('-').unwrap_or((text, ""));
    let at = which.parse::<usize>().ok().and_then(|it| it.checked_sub(1));
    match kind {
        "islands" => Some(Within::Islands),
        "findings" => Some(Within::Findings),
        "covered" => Some(Within::Covered),
        "uncovered" => Some(Within::Uncovered),
        "not" => (which == "floating").then_some(Within::NotFloating),
        "cell" => which.chars().next().map(Within::Cell),
        "island" => at.map(Within::Island),
        "finding" => at.map(Within::Finding),
        "op" => at.map(Within::Op),
        "module" => Some(Within::Module(which.to_owned())),
        _ => None,
    }
}

impl Place {
    /// The fragment without `#`; what is as it is at first is left out.
    pub(crate) fn to_fragment(&self) -> String {
        let Ok(params) = UrlSearchParams::new() else { return String::new() };
        if self.report_idx > 0 {
            params.append("report", &(self.report_idx + 1).to_string());
        }
        if self.view != View::default() {
            params.append("view", self.view.as_str());
        }
        if !self.query.text.is_empty() {
            params.append("q", &self.query.text);
        }
        for (facet, value) in &self.query.facets {
            params.append(name_of(&FACETS, facet), value);
        }
        if let Some(within) = &self.query.within {
            params.append("within", &within_to_text(within));
        }
        if let Some(sort_by) = &self.query.sort_by {
            let sign = if self.query.is_descending { "-" } else { "" };
            params.append("sort", &format!("{sign}{}", name_of(&SORT_BYS, sort_by)));
        }
        if let Some(node) = &self.node {
            params.append("node", node);
        }
        if !self.module.is_empty() {
            params.append("module", &self.module);
        }
        if let Some(level) = &self.level {
            params.append("level", name_of(&LEVELS, level));
        }
        String::from(params.to_string())
    }

    /// Reads a fragment. What cannot be understood is as it is at first.
    pub(crate) fn from_fragment(fragment: &str) -> Self {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let Ok(params) = UrlSearchParams::new_with_str(fragment) else { return Self::default() };
        let report_no = params.get("report").and_then(|it| it.parse::<usize>().ok());
        let view = params.get("view");
        let mut facets = Vec::new();
        for (facet, name) in FACETS {
            let values = params.get_all(name);
            facets.extend(values.iter().filter_map(|it| it.as_string()).map(|it| (facet, it)));
        }
        let sort = params.get("sort").unwrap_or_default();
        let (sort, is_descending) = match sort.strip_prefix('-') {
            Some(sort) => (sort, true),
            None => (sort.as_str(), false),
        };
        let sort_by = value_of(&SORT_BYS, sort);
        Self {
            report_idx: report_no.map_or(0, |it| it.saturating_sub(1)),
            view: View::ALL
                .into_iter()
                .find(|it| Some(it.as_str()) == view.as_deref())
                .unwrap_or_default(),
            query: NodeQuery {
                text: params.get("q").unwrap_or_default(),
                facets,
                within: params.get("within").and_then(|it| within_of_text(&it)),
                sort_by,
                is_descending: is_descending && sort_by.is_some(),
            },
            node: params.get("node"),
            module: params.get("module").unwrap_or_default(),
            level: params.get("level").and_then(|it| value_of(&LEVELS, &it)),
        }
    }
}
