//! Self-contained pictures of a report, for a README, an issue or a wiki page.

use std::fmt::Write;

use crate::analysis::Analysis;
use crate::analysis::verdict::Verdict;
use crate::text::escape::escape_hidden;
use crate::text::number_format::{percent, thousands};
use crate::view::icicle::{IcicleWidth, icicle};
use crate::view::node_table::NodeTable;
use crate::view::strip::{Cell, StripLayout};
use crate::view::summary::Summary;

/// Sizes in pixels: the whole picture, its padding, and the width of its contents.
const WIDTH: usize = 860;
const PADDING: usize = 20;
const ROOM: usize = WIDTH - 2 * PADDING;

/// The top of the drawing, below the two lines of text.
const TOP: usize = 68;

/// The page's light and dark colours, by their names in its style sheet.
const COLORS: [(&str, &str, &str); 11] = [
    ("panel", "#fff", "#161b21"),
    ("soft", "#f4f6f8", "#1c232b"),
    ("ink", "#1a2027", "#e4e9ee"),
    ("muted", "#586470", "#9aa7b4"),
    ("quantized", "#3f7fd9", "#5b95ea"),
    ("wide", "#153a75", "#c4dafd"),
    ("fused", "#9dc1f2", "#2f558f"),
    ("by-config", "#e0a11b", "#e5b041"),
    ("rejected", "#c8431f", "#f0714f"),
    ("unmatched", "#7d8791", "#8b96a2"),
    ("previous", "#c3cad1", "#47515c"),
];

/// The colours of the border.
const LINE: (&str, &str) = ("#e1e5ea", "#2b343e");

/// The strip of the model, one cell per node in graph order, as an SVG.
pub fn strip_svg(analysis: &Analysis) -> String {
    let mut picture = Picture::of(analysis);
    let cells = &picture.summary.strip;
    if cells.is_empty() {
        return picture.without("This report has counts alone and names no node.");
    }
    let layout = StripLayout::of(cells.len(), ROOM);
    let size = layout.cell_size();
    let is_dense = size.0 >= layout.width as f64;
    let (mut drawn, mut legend) = (String::new(), Vec::new());
    for cell in Cell::ALL {
        let places = cells.char_indices().filter(|it| it.1 == cell.as_char());
        let (shape, mut path, mut n_nodes) = (cell.shape(size), String::new(), 0);
        // If cells have no gap between them, equal neighbours are drawn as one.
        let mut run: Option<(usize, usize, usize)> = None;
        for (x, y) in places.map(|it| layout.place(it.0)) {
            n_nodes += 1;
            match &mut run {
                Some((left, top, n)) if is_dense && (*left + *n * layout.width, *top) == (x, y) => {
                    *n += 1;
                }
                _ => {
                    add_run(&mut path, &shape, run);
                    run = Some((x, y, 1));
                }
            }
        }
        add_run(&mut path, &shape, run);
        if n_nodes == 0 {
            continue;
        }
        // Names of nodes would make up most of the file; the page and the table show them.
        let _ = writeln!(drawn, r#"<path class="qs-{}" d="{path}"/>"#, color(cell));
        // In an incomplete report, the total number of such nodes is unknown.
        legend.push((cell, cell.label(cells), analysis.is_whole().then_some(n_nodes)));
    }
    let order = if analysis.has_graph() { "graph" } else { "report" };
    picture.about = format!("one cell per node, in the order of the {order}");
    picture.finish(&drawn, layout.n_rows * layout.height, &legend)
}

/// Adds a run of `n` equal cells at a position. Shapes of cells without gaps are as wide as the
/// cell.
fn add_run(path: &mut String, shape: &[[f64; 4]], run: Option<(usize, usize, usize)>) {
    let Some((x, y, n)) = run else { return };
    for [left, top, width, height] in shape {
        path.push_str(&self::path(&[[*left, *top, width * n as f64, *height]], x as f64, y as f64));
    }
}

/// The height in pixels of an icicle's level, and of the bar in it.
const LEVEL: usize = 34;
const BAR: f64 = 7.0;

/// The icicle of the modules, each below its parent and as wide as it has nodes, as an SVG.
pub fn icicle_svg(analysis: &Analysis) -> String {
    let mut picture = Picture::of(analysis);
    let modules = analysis.modules();
    let Some(model) = modules.first() else {
        return picture
            .without("Modules are unknown: the report has no graph, or it is incomplete.");
    };
    let whole = model.verdicts.n_nodes().max(1) as u64;
    let x = |n_nodes: u64| ((n_nodes * ROOM as u64 * 10 / whole) as f64).round() / 10.0;
    let cells = icicle(&modules, 0, IcicleWidth::Nodes);
    let n_levels = cells.iter().map(|it| it.level + 1).max().unwrap_or_default();
    let (mut drawn, mut bars) = (String::new(), vec![String::new(); Verdict::ALL.len()]);
    for cell in &cells {
        let module = &modules[cell.module_idx];
        let (left, right) = (x(cell.start), x(cell.start + cell.width));
        let (top, width) = (cell.level * LEVEL, (right - left - 1.0).max(1.0));
        let _ = write!(
            drawn,
            r#"<g><title>{} {}: {} of {} quantized</title><path class="qs-soft" d="{}"/>"#,
            escaped(&module.path),
            escaped(&module.class),
            percent(module.verdicts.n_quantized() as u64, module.verdicts.n_floating() as u64),
            crate::text::number_format::count(module.verdicts.n_floating(), "node", "nodes"),
            path(&[[0.0, 0.0, width, LEVEL as f64 - 1.0]], left, top as f64),
        );
        if let Some(name) = shortened(module.last_part(), width - 10.0, 12.0) {
            let (x, y) = (left + 5.0, top + 17);
            let _ = write!(drawn, r#"<text x="{x:.1}" y="{y}">{}</text>"#, escaped(&name));
        }
        drawn.push_str("</g>\n");
        // Each verdict's part of the bar is proportional to its number of nodes.
        let (mut n_before, part) = (0, |n: usize| width * n as f64 / cell.width.max(1) as f64);
        for (bar, verdict) in bars.iter_mut().zip(Verdict::ALL) {
            let n_nodes = module.verdicts.get(verdict);
            let shape = Cell::Verdict(verdict).shape((part(n_nodes), BAR));
            if n_nodes > 0 {
                let bar_top = (top + LEVEL - 1) as f64 - BAR;
                bar.push_str(&path(&shape, left + part(n_before), bar_top));
            }
            n_before += n_nodes;
        }
    }
    let mut legend = Vec::new();
    for (bar, verdict) in bars.iter().zip(Verdict::ALL).filter(|it| !it.0.is_empty()) {
        let cell = Cell::Verdict(verdict);
        let _ = writeln!(drawn, r#"<path class="qs-{}" d="{bar}"/>"#, color(cell));
        legend.push((cell, verdict.label(), Some(model.verdicts.get(verdict))));
    }
    picture.about = "modules, each as wide as it has nodes that compute".to_owned();
    picture.finish(&drawn, n_levels * LEVEL, &legend)
}

/// The frame of a drawing, with its texts.
struct Picture {
    summary: Summary,
    /// The line that describes the drawing.
    about: String,
}

impl Picture {
    fn of(analysis: &Analysis) -> Self {
        let summary = Summary::of(analysis, &NodeTable::of(analysis));
        Self { summary, about: String::new() }
    }

    /// The picture of a report that has nothing to draw.
    fn without(mut self, why: &str) -> String {
        self.about = why.to_owned();
        self.finish("", 0, &[])
    }

    fn finish(self, drawn: &str, height: usize, legend: &[(Cell, &str, Option<usize>)]) -> String {
        let headline = self.summary.headline();
        let (legend, n_rows, labels) = self::legend(legend);
        let below = TOP + height + if n_rows > 0 { 14 } else { 0 };
        let whole = if height > 0 { below + n_rows * ROW + PADDING - 10 } else { TOP };
        let model = self.summary.model.as_ref().unwrap_or(&self.summary.report_title);
        let about = match height {
            0 => self.about,
            _ => format!("{model}: {}", self.about),
        };
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{whole}\" \
             viewBox=\"0 0 {WIDTH} {whole}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>\n",
            escaped(&format!("{model}: {headline}")),
            escaped(&[about.as_str(), &labels].join(if labels.is_empty() { "" } else { ". " })),
        );
        style(&mut svg);
        let (right, bottom) = (WIDTH - 1, whole - 1);
        let _ = writeln!(
            svg,
            "<rect class=\"qs-panel qs-line\" x=\".5\" y=\".5\" width=\"{right}\" \
             height=\"{bottom}\" rx=\"6\"/>"
        );
        for (y, size, class, text) in
            [(31, 17.0, "qs-head", headline), (51, 12.5, "qs-small", about)]
        {
            let text = shortened(&text, ROOM as f64, size).unwrap_or_default();
            let _ = writeln!(
                svg,
                r#"<text class="{class}" x="{PADDING}" y="{y}">{}</text>"#,
                escaped(&text)
            );
        }
        for (top, part) in [(TOP, drawn), (below, &legend)] {
            if !part.is_empty() {
                let _ = writeln!(svg, "<g transform=\"translate({PADDING} {top})\">\n{part}</g>");
            }
        }
        svg + "</svg>\n"
    }
}

/// The height of a row of the legend in pixels.
const ROW: usize = 22;

/// The legend, its number of rows, and its contents as text.
fn legend(items: &[(Cell, &str, Option<usize>)]) -> (String, usize, String) {
    let (mut drawn, mut labels) = (String::new(), Vec::new());
    let (mut x, mut row) = (0.0, 0);
    for (cell, label, n_nodes) in items {
        let n_nodes = n_nodes.map_or_else(String::new, thousands);
        let width = 17.0 + text_width(label, 12.5) + 6.0 + text_width(&n_nodes, 12.5) + 20.0;
        if x > 0.0 && x + width - 20.0 > ROOM as f64 {
            (x, row) = (0.0, row + 1);
        }
        let top = row * ROW;
        let _ = writeln!(
            drawn,
            "<path class=\"qs-{}\" d=\"{}\"/><text class=\"qs-small\" x=\"{:.1}\" y=\"{}\">{label} \
             <tspan class=\"qs-ink\">{n_nodes}</tspan></text>",
            color(*cell),
            path(&cell.shape((10.0, 12.0)), x, top as f64),
            x + 17.0,
            top + 11,
        );
        labels.push(format!("{label}: {n_nodes}"));
        x += width;
    }
    let n_rows = if items.is_empty() { 0 } else { row + 1 };
    (drawn, n_rows, labels.join(", "))
}

/// The name of a cell's colour.
fn color(cell: Cell) -> &'static str {
    match cell {
        Cell::Verdict(Verdict::Quantized) => "quantized",
        Cell::Wide => "wide",
        Cell::Verdict(Verdict::Fused) => "fused",
        Cell::Verdict(Verdict::FloatByConfig | Verdict::AnnotatedEmpty) => "by-config",
        Cell::Verdict(Verdict::Rejected) => "rejected",
        Cell::Verdict(Verdict::Unmatched | Verdict::Unknown) => "unmatched",
        Cell::Verdict(Verdict::NotFloat) | Cell::InputOutput | Cell::Parameter => "previous",
    }
}

/// Writes the style sheet. It uses no custom properties, since some SVG viewers lack them.
fn style(svg: &mut String) {
    let rules = |is_dark: bool| -> String {
        let pick = |light: &'static str, dark: &'static str| if is_dark { dark } else { light };
        let fills =
            COLORS.map(|(name, light, dark)| format!(".qs-{name}{{fill:{}}}", pick(light, dark)));
        let others = format!(
            "text,.qs-head{{fill:{}}}.qs-small{{fill:{}}}.qs-line{{stroke:{}}}",
            pick(COLORS[2].1, COLORS[2].2),
            pick(COLORS[3].1, COLORS[3].2),
            pick(LINE.0, LINE.1),
        );
        fills.concat() + &others
    };
    let _ = writeln!(
        svg,
        "<style>text{{font:12px system-ui,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif}}\
         .qs-head{{font-size:17px;font-weight:600}}.qs-small{{font-size:12.5px}}\
         tspan{{font-weight:600}}path{{shape-rendering:crispEdges}}{}\
         @media(prefers-color-scheme:dark){{{}}}</style>",
        rules(false),
        rules(true),
    );
}

/// The path of rectangles, moved by `x` and `y`.
fn path(shape: &[[f64; 4]], x: f64, y: f64) -> String {
    let mut path = String::new();
    for [left, top, width, height] in shape {
        // A tenth of a pixel is precise enough, and short.
        let number = |it: f64| (it * 10.0).round() / 10.0;
        let (x, y, w, h) = (number(x + left), number(y + top), number(*width), number(*height));
        let _ = write!(path, "M{x} {y}h{w}v{h}h-{w}z");
    }
    path
}

/// The width of a letter in a typical font, relative to the font size.
const LETTER: f64 = 0.55;

/// The approximate width of a text: the real font is unknown here.
fn text_width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * LETTER
}

/// A text cut to a width; `None` if almost nothing of it fits.
fn shortened(text: &str, width: f64, size: f64) -> Option<String> {
    if text_width(text, size) <= width {
        return Some(text.to_owned());
    }
    let n_chars = (width / size / LETTER) as usize;
    (n_chars > 2).then(|| text.chars().take(n_chars - 1).chain(['…']).collect())
}

/// A text escaped for XML, without the characters that XML does not allow.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in escape_hidden(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
