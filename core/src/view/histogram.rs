//! How the numbers of a column are spread.

use serde::{Deserialize, Serialize};

use super::column::{CellValue, Column};
use crate::analysis::Analysis;

/// The number of bins.
pub const N_BINS: usize = 16;

/// From this ratio of the largest to the smallest positive value on, bins grow by a factor.
const MIN_RATIO: f64 = 1_000.0;

/// The values of a column in bins of equal width, or of equal ratio if they span orders of
/// magnitude.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// The number of values in each bin, smallest values first.
    pub n_values: [usize; N_BINS],
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
}

impl Column {
    /// The histogram of these nodes' values. `None` unless the values are quantities of which two
    /// differ.
    pub fn histogram(&self, analysis: &Analysis, nodes: &[usize]) -> Option<Histogram> {
        // The number of a quantizer, of an axis, and of bits is a name.
        let is_quantity = matches!(self, Self::Macs | Self::Params | Self::Metric(_));
        if !is_quantity {
            return None;
        }
        let values = nodes.iter().filter_map(|it| match self.value(analysis, *it) {
            CellValue::Number(value) if value.is_finite() => Some(value),
            _ => None,
        });
        Histogram::of(&values.collect::<Vec<f64>>())
    }
}

impl Histogram {
    /// The histogram of finite values; `None` unless two of them differ.
    fn of(values: &[f64]) -> Option<Self> {
        let min = values.iter().copied().fold(f64::INFINITY, f64::min);
        let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if min >= max {
            return None;
        }
        let positive = values.iter().copied().filter(|it| *it > 0.0).fold(max, f64::min);
        let is_by_ratio = min >= 0.0 && max / positive >= MIN_RATIO;
        // Zeros count as the smallest positive value.
        let place = |value: f64| match is_by_ratio {
            true => (value.max(positive) / positive).ln() / (max / positive).ln(),
            false => (value - min) / (max - min),
        };
        let mut n_values = [0; N_BINS];
        for value in values {
            // From 0 to 1; the largest value is in the last bin.
            let bin = (place(*value) * N_BINS as f64) as usize;
            n_values[bin.min(N_BINS - 1)] += 1;
        }
        Some(Self { n_values, min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_a_bin() {
        let linear = Histogram::of(&[0.0, 1.0, 8.0, 16.0]).expect("values");
        assert_eq!((linear.min, linear.max), (0.0, 16.0));
        let at = |histogram: &Histogram| -> Vec<(usize, usize)> {
            histogram.n_values.iter().copied().enumerate().filter(|it| it.1 > 0).collect()
        };
        assert_eq!(at(&linear), [(0, 1), (1, 1), (8, 1), (15, 1)]);
        let by_ratio = Histogram::of(&[0.0, 1.0, 256.0, 65_536.0]).expect("values");
        assert_eq!(at(&by_ratio), [(0, 2), (8, 1), (15, 1)]);
        let negative = Histogram::of(&[-3.0, 5.0, 5_000.0]).expect("values");
        assert_eq!(negative.n_values.iter().sum::<usize>(), 3);
    }

    #[test]
    fn equal_values_have_none() {
        assert_eq!(Histogram::of(&[]), None);
        assert_eq!(Histogram::of(&[2.0, 2.0]), None);
    }
}
