//! Writes reports in the formats for sharing.

use qspect_core::view::NodeTable;
use qspect_core::write::{FleetRecord, NodeData};
use qspect_core::{Analysis, Diff, FleetRow, QSpec, Redaction, Report, Summary, write};

use super::Export;
use super::store::Store;

impl Store {
    /// Writes reports in a format to share. All formats except lines, the comparison and the fleet
    /// contain only the first report. Names are replaced alike in all reports.
    ///
    /// # Errors
    /// A message for the reader, if a report cannot be written in that format.
    pub(super) fn export(
        &mut self,
        report_ids: &[usize],
        export: &Export,
        is_redacted: bool,
    ) -> Result<String, String> {
        let analyses: Vec<&Analysis> =
            report_ids.iter().filter_map(|it| self.analysis(*it)).collect();
        let first = analyses.first().ok_or("the report cannot be read again")?;
        let mut redaction = Redaction::default();
        if is_redacted {
            analyses.iter().for_each(|it| redaction.learn(it.report()));
        }
        if *export == Export::Lines {
            let reports = analyses.iter().map(|it| match is_redacted {
                true => redaction.redact(it.report()),
                false => it.report().clone(),
            });
            let reports: Vec<Report> = reports.collect();
            return write::json_lines(&reports).map_err(|it| it.to_string());
        }
        if *export == Export::Comparison {
            let [base, head] = analyses[..] else {
                return Err("two reports are needed".to_owned());
            };
            let diff = match is_redacted {
                true => {
                    let mut of = |it: &Analysis| Analysis::of(redaction.redact(it.report()));
                    Diff::of(&of(base), &of(head))
                }
                false => Diff::of(base, head),
            };
            return Ok(write::diff_markdown(&vec![diff].into(), write::MAX_COMMENT - 1));
        }
        if let Export::Fleet { files, is_csv } = export {
            let mut row = |(it, file): (&&Analysis, &String)| match is_redacted {
                true => {
                    let analysis = Analysis::of(redaction.redact(it.report()));
                    FleetRow::of(file, 0, None, &analysis)
                }
                false => FleetRow::of(file, 0, None, it),
            };
            let rows: Vec<FleetRow> = analyses.iter().zip(files).map(&mut row).collect();
            if !is_csv {
                return Ok(write::fleet_markdown(&rows));
            }
            let records: Vec<FleetRecord> = rows.iter().map(FleetRecord::from).collect();
            return write::fleet_csv(&records).map_err(|it| it.to_string());
        }
        let redacted = is_redacted.then(|| Analysis::of(redaction.redact(first.report())));
        let analysis = redacted.as_ref().unwrap_or(first);
        match export {
            Export::Json => write::json(analysis.report()).map_err(|it| it.to_string()),
            Export::Lines | Export::Comparison | Export::Fleet { .. } => Err(String::new()),
            Export::Text => {
                let text = write::text(analysis.report(), analysis.report().level());
                text.map(|it| it + "\n").map_err(|it| it.to_string())
            }
            Export::Markdown => {
                let table = NodeTable::of(analysis);
                Ok(write::summary_markdown(&Summary::of(analysis, &table)))
            }
            Export::Csv => Ok(write::nodes_csv(analysis.records(QSpec::full))),
            Export::Strip => Ok(write::strip_svg(analysis)),
            Export::Icicle => Ok(write::icicle_svg(analysis)),
            Export::NodeData(_) if is_redacted => Err("Redacted names are none of the model's: \
                                                       Model Explorer would find no node."
                .to_owned()),
            Export::NodeData(by) => {
                Ok(write::node_data_json(analysis, &NodeData::from(by.as_str())))
            }
        }
    }
}
