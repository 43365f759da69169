//! Pictures have the colours of the page.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use crate::{exported, qspect_with};

/// The style of an SVG: its rules for light and for dark.
fn rules(svg: &str) -> Result<(&str, &str)> {
    let (_, style) = svg.split_once("<style>").context("a style")?;
    let (style, _) = style.split_once("</style>").context("an end of the style")?;
    style.split_once("@media(prefers-color-scheme:dark)").context("rules for dark")
}

/// A picture's colours are written twice, since not all programs that show an SVG know custom properties.
#[test]
fn pictures_have_the_colours_of_the_style_sheets() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/style");
    let sheets = ["00-shell.css", "01-base.css"];
    let css = sheets.map(|it| std::fs::read_to_string(folder.join(it)).expect("a style sheet"));
    let css = css.concat();
    let colors: BTreeMap<&str, (&str, &str)> = css
        .lines()
        .filter_map(|it| {
            let (name, values) = it.trim().strip_prefix("--")?.split_once(": light-dark(")?;
            Some((name, values.strip_suffix(");")?.split_once(", ")?))
        })
        .collect();
    assert!(colors.len() > 15, "{colors:?}");
    let output = qspect_with(&["svg", "strip", "-"], exported("swin_t.mixed")?.as_bytes())?;
    let svg = String::from_utf8(output.stdout)?;
    let (light, dark) = rules(&svg)?;
    let mut n_colors = 0;
    for (name, (in_light, in_dark)) in colors {
        for (rules, color) in [(light, in_light), (dark, in_dark)] {
            if rules.contains(&format!(".qs-{name}{{")) {
                let rule = if name == "line" { "stroke" } else { "fill" };
                assert!(rules.contains(&format!(".qs-{name}{{{rule}:{color}}}")), "{name}");
                n_colors += 1;
            }
        }
    }
    assert_eq!(n_colors, 24);
    // Each drawn path has one of them.
    let classes: Vec<&str> = svg
        .split("<path")
        .skip(1)
        .filter_map(|it| it.split_once("class=\"")?.1.split_once('"'))
        .map(|it| it.0)
        .collect();
    assert!(classes.len() > 5, "{classes:?}");
    for class in classes {
        assert!(light.contains(&format!(".{class}{{")), "{class}");
    }
    Ok(())
}
