//! Quantization reports.
