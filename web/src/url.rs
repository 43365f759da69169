//! The address's fragment: links that bring reports, the place in the page, and the files that
//! contain it.

use qspect_core::Level;
use qspect_core::diff::DiffList;
use qspect_core::fleet::FleetSort;
use qspect_core::view::{ColorBy, Column, Facet, GROUPINGS, NodeQuery, Selection};

use crate::params::Params;

/// The views, each with a tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum View {
    #[default]
    Overview,
    Nodes,
    Modules,
    Compare,
    Fleet,
    Text,
}

impl View {
    /// The views in the order of the tabs.
    pub(crate) const ALL: [Self; 6] =
        [Self::Overview, Self::Nodes, Self::Modules, Self::Compare, Self::Fleet, Self::Text];
    /// The views of the element, which shows one report at a time.
    pub(crate) const OF_ONE_REPORT: [Self; 4] =
        [Self::Overview, Self::Nodes, Self::Modules, Self::Text];

    /// The view of that name; the first view for any other name.
    pub(crate) fn of_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.as_str() == name).unwrap_or_default()
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Nodes => "nodes",
            Self::Modules => "modules",
            Self::Compare => "compare",
            Self::Fleet => "fleet",
            Self::Text => "text",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Nodes => "Nodes",
            Self::Modules => "Modules",
            Self::Compare => "Compare",
            Self::Fleet => "Fleet",
            Self::Text => "Text",
        }
    }

    /// The key that shows the view.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Overview => "1",
            Self::Nodes => "2",
            Self::Modules => "3",
            Self::Compare => "4",
            Self::Fleet => "5",
            Self::Text => "6",
        }
    }

    /// The selector of the view's element that scrolls. It gets the arrow keys once the view is
    /// shown.
    pub(crate) fn scroller(self) -> &'static str {
        match self {
            Self::Overview | Self::Modules | Self::Compare | Self::Fleet => ".qs-overview",
            Self::Nodes => ".qs-grid",
            Self::Text => ".qs-text__scroll",
        }
    }
}

/// Everything that is selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The index of the shown report among the open ones, from 0.
    pub(crate) report_idx: usize,
    pub(crate) view: View,
    pub(crate) query: NodeQuery,
    /// What nodes are coloured by.
    pub(crate) color_by: ColorBy,
    /// The column that Nodes is grouped by.
    pub(crate) group_by: Option<Column>,
    /// The widths that the reader gave to columns, in pixels.
    pub(crate) widths: Vec<(Column, i32)>,
    /// The node whose details are shown.
    pub(crate) node: Option<String>,
    /// The path of the module that Modules shows; empty for the whole model.
    pub(crate) module: String,
    /// The text's level; `None` is the most detailed level that the report has.
    pub(crate) level: Option<Level>,
    /// The index of the report that the shown one is compared with; `None` is the one before it.
    pub(crate) base_idx: Option<usize>,
    /// Whether two different models are compared without asking first.
    pub(crate) is_across_models: bool,
    /// The kind of changed nodes that Compare lists; `None` is all kinds.
    pub(crate) list: Option<DiffList>,
    /// The sort key of Fleet, and whether the order is reversed.
    pub(crate) fleet_sort: Option<(FleetSort, bool)>,
    /// The reports that Fleet compares with, by the name of their set; empty for none, and `None`
    /// for the usual choice.
    pub(crate) fleet_base: Option<String>,
    /// What Fleet searches for: a part of a model's or a file's name, or of a qconfig.
    pub(crate) fleet_text: String,
}

/// A part of a fragment that brings a report. It stays in the fragment, whatever is selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// `src=URL`: the address of a report.
    Src(String),
    /// `report=…`: the report itself.
    Report(String),
}

/// The links in a fragment. `report=2` is a number among the open reports and not a link.
pub(crate) fn links_in(fragment: &str) -> Vec<Link> {
    let params = Params::read(fragment.strip_prefix('#').unwrap_or(fragment));
    let src = params.get_all("src").map(Link::Src);
    let reports = params.get_all("report").filter(|it| it.parse::<usize>().is_err());
    let reports = reports.map(Link::Report);
    src.chain(reports).collect()
}

/// The links as the beginning of a fragment; empty if there are none.
pub(crate) fn links_to_fragment(links: &[Link]) -> String {
    let params = Params::default();
    for link in links {
        match link {
            Link::Src(address) => params.append("src", address),
            Link::Report(digits) => params.append("report", digits),
        }
    }
    params.to_text()
}

/// `file=NAME`: the files that contain the place, if the reader opened them from disk. If they are
/// not open, the page shows which ones to open.
pub(crate) fn files_in(fragment: &str) -> Vec<String> {
    let params = Params::read(fragment.strip_prefix('#').unwrap_or(fragment));
    params.get_all("file").filter(|it| !it.is_empty()).take(MAX_FILES).collect()
}

/// The smallest and the greatest width of a column, in pixels.
pub(crate) const COLUMN_WIDTHS: (i32, i32) = (36, 1_200);

/// The most columns that an address may choose.
const MAX_COLUMNS: usize = 40;

/// A comparison has two reports.
const MAX_FILES: usize = 2;

/// A whole fragment without `#`.
pub(crate) fn fragment_of(links: &[Link], place: &Place, files: &[String]) -> String {
    let names = Params::default();
    files.iter().for_each(|it| names.append("file", it));
    let parts = [links_to_fragment(links), place.to_fragment(), names.to_text()];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    parts.join("&")
}

const FACETS: [(Facet, &str); Facet::ALL.len()] = [
    (Facet::Verdict, "verdict"),
    (Facet::Quantizer, "quantizer"),
    (Facet::DType, "dtype"),
    (Facet::Reason, "reason"),
    (Facet::Op, "op"),
];

const FLEET_SORTS: [(FleetSort, &str); 10] = [
    (FleetSort::File, "file"),
    (FleetSort::Model, "model"),
    (FleetSort::Config, "config"),
    (FleetSort::Date, "date"),
    (FleetSort::Nodes, "nodes"),
    (FleetSort::Macs, "macs"),
    (FleetSort::Params, "params"),
    (FleetSort::Float, "float"),
    (FleetSort::WorstIsland, "worst-island"),
    (FleetSort::Findings, "findings"),
];

const LEVELS: [(Level, &str); 2] = [(Level::Debug, "debug"), (Level::Info, "info")];

/// The name of a value; `value_of` is the inverse.
fn name_of<T: PartialEq>(names: &[(T, &'static str)], value: &T) -> &'static str {
    names.iter().find(|it| it.0 == *value).map_or("", |it| it.1)
}

fn value_of<T: Copy>(names: &[(T, &'static str)], name: &str) -> Option<T> {
    names.iter().find(|it| it.1 == name).map(|it| it.0)
}

/// The sort key, and whether the order is reversed, as in `-name`.
fn direction(sort: &str) -> (&str, bool) {
    match sort.strip_prefix('-') {
        Some(sort) => (sort, true),
        None => (sort, false),
    }
}

/// The text of a selection: `island-1`, counted from 1, or `module-features.0`.
fn selection_to_text(selection: &Selection) -> String {
    match selection {
        Selection::Islands => "islands".to_owned(),
        Selection::Findings => "findings".to_owned(),
        Selection::Covered => "covered".to_owned(),
        Selection::Uncovered => "uncovered".to_owned(),
        Selection::Cell(cell) => format!("cell-{cell}"),
        Selection::Island(at) => format!("island-{}", at + 1),
        Selection::Finding(at) => format!("finding-{}", at + 1),
        Selection::Op(at) => format!("op-{}", at + 1),
        Selection::Cause(at) => format!("cause-{}", at + 1),
        Selection::Module(path) => format!("module-{path}"),
        Selection::Group(column, value) => format!("group-{}={value}", column.as_str()),
    }
}

fn selection_of_text(text: &str) -> Option<Selection> {
    let (kind, which) = text.split_once('-').unwrap_or((text, ""));
    let at = which.parse::<usize>().ok().and_then(|it| it.checked_sub(1));
    match kind {
        "islands" => Some(Selection::Islands),
        "findings" => Some(Selection::Findings),
        "covered" => Some(Selection::Covered),
        "uncovered" => Some(Selection::Uncovered),
        "cell" => which.chars().next().map(Selection::Cell),
        "island" => at.map(Selection::Island),
        "finding" => at.map(Selection::Finding),
        "op" => at.map(Selection::Op),
        "cause" => at.map(Selection::Cause),
        "module" => Some(Selection::Module(which.to_owned())),
        "group" => {
            let (column, value) = which.split_once('=')?;
            Some(Selection::Group(Column::from_name(column), value.to_owned()))
        }
        _ => None,
    }
}

/// A column with its width, as in `op:220`. A metric's name may contain a colon.
fn width_of(text: &str) -> Option<(Column, i32)> {
    let (column, width) = text.rsplit_once(':')?;
    let width = width.parse::<i32>().ok()?.clamp(COLUMN_WIDTHS.0, COLUMN_WIDTHS.1);
    Some((Column::from_name(column), width))
}

impl Place {
    /// The fragment without `#`; default values are left out.
    pub(crate) fn to_fragment(&self) -> String {
        let params = Params::default();
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
        if let Some(selection) = &self.query.selection {
            params.append("within", &selection_to_text(selection));
        }
        if let Some(sort_by) = &self.query.sort_by {
            let sign = if self.query.is_descending { "-" } else { "" };
            params.append("sort", &format!("{sign}{}", sort_by.as_str()));
        }
        for column in &self.query.columns {
            params.append("column", column.as_str());
        }
        if self.color_by != ColorBy::default() {
            params.append("color", self.color_by.as_str());
        }
        for (column, width) in &self.widths {
            params.append("width", &format!("{}:{width}", column.as_str()));
        }
        if let Some(column) = &self.group_by {
            params.append("group", column.as_str());
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
        if let Some(base_idx) = self.base_idx {
            params.append("base", &(base_idx + 1).to_string());
        }
        if self.is_across_models {
            params.append("across", "models");
        }
        if let Some(list) = self.list {
            params.append("changed", list.label());
        }
        if let Some((sort_by, is_descending)) = &self.fleet_sort {
            let sign = if *is_descending { "-" } else { "" };
            params.append("fleet", &format!("{sign}{}", name_of(&FLEET_SORTS, sort_by)));
        }
        if let Some(base) = &self.fleet_base {
            params.append("against", base);
        }
        if !self.fleet_text.is_empty() {
            params.append("reports", &self.fleet_text);
        }
        params.to_text()
    }

    /// Reads a fragment. A part that cannot be understood keeps its default value.
    pub(crate) fn from_fragment(fragment: &str) -> Self {
        let params = Params::read(fragment.strip_prefix('#').unwrap_or(fragment));
        // Other values of `report` are reports themselves.
        let report_no = params.get_all("report").find_map(|it| it.parse().ok());
        let view = params.get("view");
        let mut facets = Vec::new();
        for (facet, name) in FACETS {
            facets.extend(params.get_all(name).map(|it| (facet, it)));
        }
        let sort = params.get("sort").unwrap_or_default();
        let (sort, is_descending) = direction(&sort);
        let fleet_sort = params.get("fleet").unwrap_or_default();
        let fleet_sort = direction(&fleet_sort);
        let list = params.get("changed");
        let sort_by = (!sort.is_empty()).then(|| Column::from_name(sort));
        let columns = params.get_all("column").filter(|it| !it.is_empty()).take(MAX_COLUMNS);
        let has_sort = sort_by.is_some();
        let mut known = Vec::new();
        for column in columns.map(|it| Column::from_name(&it)) {
            if !known.contains(&column) {
                known.push(column);
            }
        }
        Self {
            report_idx: report_no.map_or(0, |it: usize| it.saturating_sub(1)),
            view: View::of_name(&view.unwrap_or_default()),
            query: NodeQuery {
                text: params.get("q").unwrap_or_default(),
                facets,
                selection: params.get("within").and_then(|it| selection_of_text(&it)),
                sort_by,
                is_descending: is_descending && has_sort,
                columns: known,
            },
            color_by: params.get("color").map(|it| ColorBy::from_name(&it)).unwrap_or_default(),
            group_by: params
                .get("group")
                .map(|it| Column::from_name(&it))
                .filter(|it| GROUPINGS.contains(it)),
            widths: params
                .get_all("width")
                .filter_map(|it| width_of(&it))
                .take(MAX_COLUMNS)
                .collect(),
            node: params.get("node"),
            module: params.get("module").unwrap_or_default(),
            level: params.get("level").and_then(|it| value_of(&LEVELS, &it)),
            base_idx: params.get("base").and_then(|it| it.parse::<usize>().ok()?.checked_sub(1)),
            is_across_models: params.get("across").as_deref() == Some("models"),
            list: list.and_then(|it| DiffList::ALL.into_iter().find(|list| list.label() == it)),
            fleet_base: params.get("against"),
            fleet_text: params.get("reports").unwrap_or_default(),
            fleet_sort: value_of(&FLEET_SORTS, fleet_sort.0).map(|it| (it, fleet_sort.1)),
        }
    }
}
