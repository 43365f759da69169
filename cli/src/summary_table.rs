//! `qspect summary` of many reports: one row each, as NDJSON or Parquet.

use std::io::Write;

use qspect_core::write::FleetRecord;

/// A JSON object per line.
pub(crate) fn write_ndjson(mut out: impl Write, records: &[FleetRecord]) -> anyhow::Result<()> {
    for record in records {
        serde_json::to_writer(&mut out, record)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Parquet, for DuckDB, Spark and similar tools.
#[cfg(feature = "parquet")]
pub(crate) fn write_parquet(out: impl Write + Send, records: &[FleetRecord]) -> anyhow::Result<()> {
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, UInt64Array,
    };

    type Column = (&'static str, ArrayRef, bool);
    let texts = |name, of: fn(&FleetRecord) -> Option<&str>, is_nullable| -> Column {
        (name, Arc::new(records.iter().map(of).collect::<StringArray>()), is_nullable)
    };
    let counts = |name, of: fn(&FleetRecord) -> Option<u64>, is_nullable| -> Column {
        (name, Arc::new(records.iter().map(of).collect::<UInt64Array>()), is_nullable)
    };
    let shares = |name, of: fn(&FleetRecord) -> Option<f64>| -> Column {
        (name, Arc::new(records.iter().map(of).collect::<Float64Array>()), true)
    };
    let batch = RecordBatch::try_from_iter_with_nullable([
        texts("file", |it| Some(&it.file), false),
        counts("report_idx", |it| Some(it.report_idx), false),
        texts("report_title", |it| Some(&it.report_title), false),
        texts("model", |it| it.model.as_deref(), true),
        texts("date", |it| it.date.as_deref(), true),
        texts("config", |it| Some(&it.config), false),
        (
            "whole",
            Arc::new(records.iter().map(|it| Some(it.whole)).collect::<BooleanArray>()),
            false,
        ),
        counts("nodes", |it| it.nodes, true),
        counts("quantized", |it| it.quantized, true),
        counts("fused", |it| it.fused, true),
        counts("float_by_config", |it| it.float_by_config, true),
        counts("annotated_empty", |it| it.annotated_empty, true),
        counts("rejected", |it| it.rejected, true),
        counts("unmatched", |it| it.unmatched, true),
        counts("not_float", |it| it.not_float, true),
        counts("unknown", |it| it.unknown, true),
        shares("coverage_nodes", |it| it.coverage_nodes),
        shares("coverage_macs", |it| it.coverage_macs),
        shares("coverage_params", |it| it.coverage_params),
        counts("islands", |it| it.islands, true),
        counts("crossings", |it| it.crossings, true),
        texts("worst_island", |it| it.worst_island.as_deref(), true),
        counts("worst_island_nodes", |it| it.worst_island_nodes, true),
        counts("worst_island_crossings", |it| it.worst_island_crossings, true),
        counts("findings", |it| it.findings, true),
        texts("lints", |it| Some(&it.lints), false),
    ])?;
    let mut parquet = parquet::arrow::ArrowWriter::try_new(out, batch.schema(), None)?;
    parquet.write(&batch)?;
    parquet.close()?;
    Ok(())
}

/// Fails, because this command was built without Parquet.
#[cfg(not(feature = "parquet"))]
pub(crate) fn write_parquet(_: impl Write, _: &[FleetRecord]) -> anyhow::Result<()> {
    anyhow::bail!(
        "this `qspect` was built without Parquet\nhint: build it with `--features parquet`, or take \
         `--format csv` or `ndjson`, which DuckDB reads as well"
    )
}
