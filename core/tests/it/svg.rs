//! Pictures of reports.

use crate::common::build;
use std::collections::BTreeSet;

use crate::common::arbitrary::Alphabet;
use crate::common::build::{annotated, exporter, exporter_names, graph_node, with_graph};
use crate::common::real_reports;
use proptest::prelude::*;
use qspect_core::analysis::ModuleSummary;
use qspect_core::view::{Cell, IcicleCell, IcicleWidth, NodeTable, StripLayout, icicle};
use qspect_core::{Analysis, Summary, Verdict, VerdictCounts, write};
use serde_json::json;

fn all() -> Vec<Analysis> {
    let texts = real_reports().into_iter().map(|it| Analysis::of(it.read()));
    texts.chain(exporter_names().iter().map(|it| exporter(it))).collect()
}

/// An element: its name, its attributes as they are written, and the text right after its tag.
struct Element<'a> {
    name: &'a str,
    attributes: &'a str,
    text: &'a str,
}

/// The elements of an SVG, whose tags must be closed in the order in which they are open.
#[track_caller]
fn elements(svg: &str) -> Vec<Element<'_>> {
    let (mut elements, mut open) = (Vec::new(), Vec::new());
    for piece in svg.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a tag");
        assert!(!text.contains('>'), "{text}");
        let entities = text.split('&').skip(1);
        entities.for_each(|it| assert!(["amp;", "lt;", "gt;"].iter().any(|e| it.starts_with(e))));
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{piece}");
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert_eq!(attributes.matches('"').count() % 2, 0, "{tag}");
        if !tag.ends_with('/') {
            open.push(name);
        }
        elements.push(Element { name, attributes, text });
    }
    assert_eq!(open, [] as [&str; 0]);
    assert_eq!(elements[0].name, "svg");
    elements
}

fn attribute<'a>(element: &Element<'a>, name: &str) -> &'a str {
    let (_, rest) = element.attributes.split_once(&format!("{name}=\"")).expect("an attribute");
    rest.split('"').next().expect("a value")
}

/// Pixels of the rectangles in a path.
fn area(path: &str) -> f64 {
    let areas = path.split('M').skip(1).map(|it| {
        let (width, height) = it.split_once('h').expect("a width").1.split_once('v').expect("both");
        let number = |it: &str| it.parse::<f64>().expect("a number");
        number(width) * number(height.split('h').next().expect("a height"))
    });
    areas.sum()
}

/// So many cells that they have no gaps: runs of equal ones are drawn as one.
#[test]
fn a_large_strip_is_small() {
    let nodes = (0..20_000).map(|it| {
        let node = graph_node(&format!("add_{it}"), &[]);
        if it % 1_000 < 10 { node } else { annotated(node, json!([]), build::int8()) }
    });
    let svg = write::strip_svg(&with_graph(nodes.collect(), json!([])));
    let elements = elements(&svg);
    let paths: Vec<&str> =
        elements.iter().filter(|it| it.name == "path").map(|it| attribute(it, "d")).collect();
    let layout = StripLayout::of(20_000, 820);
    assert_eq!((layout.width, layout.cell_size().0), (2, 2.0));
    assert_eq!([area(paths[0]), area(paths[1])], [19_800.0 * 4.0, 200.0 * 4.0]);
    assert!(svg.len() < 8_000, "{}", svg.len());
}

/// Each cell is drawn, as often as the legend counts it.
#[test]
fn a_strip_has_a_cell_per_node() {
    let (mut n_cells, mut kinds) = (0, BTreeSet::new());
    for analysis in all() {
        let strip = Summary::of(&analysis, &NodeTable::of(&analysis)).strip;
        let svg = write::strip_svg(&analysis);
        let elements = elements(&svg);
        let layout = StripLayout::of(strip.len(), 820);
        let paths: Vec<&str> =
            elements.iter().filter(|it| it.name == "path").map(|it| attribute(it, "d")).collect();
        let legend: Vec<&str> =
            elements.iter().filter(|it| it.name == "tspan").map(|it| it.text).collect();
        let there: Vec<Cell> =
            Cell::ALL.into_iter().filter(|it| strip.contains(it.as_char())).collect();
        assert_eq!((paths.len(), legend.len()), (2 * there.len(), there.len()), "{svg}");
        for (at, cell) in there.into_iter().enumerate() {
            let n = strip.matches(cell.as_char()).count();
            let shape = cell.shape(layout.cell_size());
            let pixels = shape.iter().map(|it| it[2] * it[3]).sum::<f64>() * n as f64;
            assert_eq!(area(paths[at]), pixels);
            assert_eq!(legend[at].replace(',', ""), n.to_string());
            n_cells += n;
            kinds.insert(cell.as_char());
        }
        let n_nodes = analysis.nodes().len();
        assert_eq!(svg.contains("names no node"), n_nodes == 0);
    }
    assert_eq!((n_cells, kinds.into_iter().collect::<String>()), (7_388, "?cfinpqruw".to_owned()));
}

/// Each verdict of a module has a part of its bar.
#[test]
fn an_icicle_has_the_modules() {
    for name in exporter_names() {
        let analysis = exporter(&name);
        let modules = analysis.modules();
        let svg = write::icicle_svg(&analysis);
        let elements = elements(&svg);
        let titles: Vec<&str> =
            elements.iter().filter(|it| it.name == "title").skip(1).map(|it| it.text).collect();
        let cells = icicle(&modules, 0, IcicleWidth::Nodes);
        assert_eq!(titles.len(), cells.len(), "{name}");
        let counts = cells.iter().fold(VerdictCounts::default(), |mut all, it| {
            let verdicts = modules[it.module_idx].verdicts;
            Verdict::ALL.into_iter().filter(|it| verdicts.get(*it) > 0).for_each(|it| all.add(it));
            all
        });
        for verdict in Verdict::ALL.into_iter().filter(|it| counts.get(*it) > 0) {
            assert!(svg.contains(&format!(">{} <tspan", verdict.label())), "{name}");
        }
    }
    let log = Analysis::of(build::real("swin_t.mixed.debug"));
    assert!(write::icicle_svg(&log).contains("Modules are unknown: the report has no graph"));
}

/// A module lies within the one around it, and beside the others.
#[test]
fn modules_do_not_overlap() {
    let mut n_cells = 0;
    for name in exporter_names() {
        let modules = exporter(&name).modules();
        for width in [IcicleWidth::Macs, IcicleWidth::Params] {
            check_cells(&modules, &icicle(&modules, 0, width));
        }
        let cells = icicle(&modules, 0, IcicleWidth::Nodes);
        check_cells(&modules, &cells);
        n_cells += cells.len();
    }
    assert_eq!(n_cells, 953);
}

/// Each cell lies within the one of its parent, and beside all others of its level.
#[track_caller]
fn check_cells(modules: &[ModuleSummary], cells: &[IcicleCell]) {
    for (at, cell) in cells.iter().enumerate() {
        let end = cell.start + cell.width;
        if let Some(parent) = modules[cell.module_idx].parent {
            let around = cells.iter().find(|it| it.module_idx == parent).expect("a parent");
            assert_eq!(around.level + 1, cell.level);
            assert!(around.start <= cell.start && end <= around.start + around.width);
        }
        let others = cells[..at].iter().filter(|it| it.level == cell.level);
        others.for_each(|it| assert!(it.start + it.width <= cell.start || end <= it.start));
    }
}

#[test]
fn cells_do_not_overlap() {
    for n_cells in [1, 8, 203, 1_351, 5_000, 50_000, 300_000] {
        for room in [1, 300, 820] {
            let layout = StripLayout::of(n_cells, room);
            let (width, height) = layout.cell_size();
            let places: BTreeSet<_> = (0..n_cells).map(|it| layout.place(it)).collect();
            assert_eq!(places.len(), n_cells);
            let last = layout.place(n_cells - 1);
            assert_eq!(last.1 / layout.height + 1, layout.n_rows);
            assert!(places.iter().all(|it| it.0 + layout.width <= room.max(layout.width)));
            for cell in Cell::ALL {
                for [x, y, w, h] in cell.shape((width, height)) {
                    assert!(x >= 0.0 && y >= 0.0 && w > 0.0 && h > 0.0, "{cell:?} {layout:?}");
                    assert!(x + w <= width && y + h <= height, "{cell:?} {layout:?}");
                }
            }
        }
    }
}

/// Cells that share a colour differ in shape, where there is room for one.
#[test]
fn colour_is_never_alone() {
    let size = StripLayout::of(1_351, 820).cell_size();
    let shapes = Cell::ALL.map(|it| format!("{:?}", it.shape(size)));
    let float = &shapes[3..];
    assert_eq!(float.iter().collect::<BTreeSet<_>>().len(), float.len());
    assert!(!float.contains(&shapes[0]));
}

/// Nothing in a name is markup, and a picture asks for nothing outside.
#[test]
fn names_are_escaped() {
    let mut node = graph_node("a", &[]);
    node["module_stack"] = json!([
        { "path": "", "type": "</text><script>x" },
        { "path": "\"&\u{1}<b>", "type": "L" },
    ]);
    let mut report = with_graph(vec![node], json!([])).report().clone();
    report.model = Some("<i>&amp; ]]>".to_owned());
    let analysis = Analysis::of(report);
    for svg in [write::strip_svg(&analysis), write::icicle_svg(&analysis)] {
        let names: BTreeSet<&str> = elements(&svg).iter().map(|it| it.name).collect();
        let known = ["desc", "g", "path", "rect", "style", "svg", "text", "title", "tspan"];
        assert!(names.iter().all(|it| known.contains(it)), "{names:?}");
        assert!(svg.contains("&lt;i&gt;&amp;amp; ]]&gt;"), "{svg}");
        assert!(!svg.contains('\u{1}') && !svg.contains("url(") && !svg.contains("href"));
        assert_eq!(svg.matches("http").count(), 1);
    }
    assert!(write::icicle_svg(&analysis).contains("&lt;/text&gt;&lt;script&gt;x"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_report_is_drawn(report in prop_oneof![
        Alphabet::any().report(true),
        Alphabet::printable().report(true),
    ]) {
        let analysis = Analysis::of(report);
        for svg in [write::strip_svg(&analysis), write::icicle_svg(&analysis)] {
            prop_assert!(elements(&svg).len() > 4);
            prop_assert!(svg.chars().all(|it| it >= ' ' || it == '\n'));
        }
    }
}
