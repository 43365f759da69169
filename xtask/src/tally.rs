//! Counts passed and failed tests.

use std::fmt;
use std::ops::AddAssign;

/// Passed and failed tests; there is no other result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Checks and tests that passed.
    pub passed: usize,
    /// Those that failed or did not run.
    pub failed: usize,
}

impl Tally {
    /// One passed test.
    pub const PASSED: Self = Self { passed: 1, failed: 0 };
    /// One failed test.
    pub const FAILED: Self = Self { passed: 0, failed: 1 };

    /// Adds a line of `cargo test`. Each of its test programs prints its own summary.
    pub fn read_cargo(&mut self, line: &str) {
        *self += Self::from_cargo(line).unwrap_or_default();
    }

    /// Reads a line of pytest. It prints one summary, at the end. An earlier line of that form
    /// belongs to a run inside a test, and is shown because that test failed.
    pub fn read_pytest(&mut self, line: &str) {
        *self = Self::from_pytest(line).unwrap_or(*self);
    }

    /// Reads the summary of Rust's test harness, such as `test result: ok. 3 passed; 0 failed;
    /// 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`.
    ///
    /// An ignored test counts as failed: one that never runs proves nothing.
    fn from_cargo(line: &str) -> Option<Self> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let count = |label: &str| {
            counts.split(';').find_map(|it| it.trim().strip_suffix(label)?.trim_end().parse().ok())
        };
        let failed: usize = count("failed")?;
        let ignored: usize = count("ignored")?;
        Some(Self { passed: count("passed")?, failed: failed + ignored })
    }

    /// Reads the summary of pytest, such as `== 3 passed, 1 skipped, 2 warnings in 0.01s ==`.
    ///
    /// A test that was skipped, or failed before it ran, counts as failed.
    fn from_pytest(line: &str) -> Option<Self> {
        let (counts, time) = line.trim_matches(['=', ' ']).rsplit_once(" in ")?;
        // After a minute, the same time follows in hours, minutes and seconds.
        let (seconds, _) = time.split_once('s')?;
        seconds.parse::<f32>().ok()?;
        let mut tally = Self::default();
        for count in counts.split(", ") {
            let (number, label) = count.split_once(' ')?;
            let number: usize = number.parse().ok()?;
            match label {
                "passed" => tally.passed += number,
                "warning" | "warnings" | "deselected" => {}
                _ => tally.failed += number,
            }
        }
        Some(tally)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The last line of a test run, for people and for CI.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_pytest(line: &str, expected: Option<(usize, usize)>) {
        let expected = expected.map(|(passed, failed)| Tally { passed, failed });
        assert_eq!(Tally::from_pytest(line), expected);
    }

    #[test]
    fn pytest_sums_up() {
        check_pytest("229 passed in 322.32s (0:05:22)", Some((229, 0)));
        check_pytest(
            "===== 1 failed, 3 passed, 2 skipped, 4 warnings, 1 error in 0.12s =====",
            Some((3, 4)),
        );
        check_pytest("no tests ran in 0.01s", None);
        check_pytest("exporter/tests/test_graph.py ..... [ 10%]", None);
        check_pytest("this was found in 3 files", None);
        check_pytest("3 passed in 3 steps", None);
    }

    #[test]
    fn what_pytest_did_not_run_is_failed() {
        check_pytest("2 skipped in 0.10s", Some((0, 2)));
        check_pytest("1 passed, 1 xfailed, 2 errors in 3.50s", Some((1, 3)));
        check_pytest("4 passed, 9 deselected, 1 warning in 0.10s", Some((4, 0)));
    }

    #[test]
    fn pytests_last_sum_is_that_of_all() {
        let mut tally = Tally::default();
        for line in ["== 3 passed in 0.01s ==", "FAILED test_a.py", "1 failed, 7 passed in 1.02s"] {
            tally.read_pytest(line);
        }
        assert_eq!(tally, Tally { passed: 7, failed: 1 });
    }

    #[test]
    fn test_programs_add_up() {
        let mut tally = Tally::default();
        for n_passed in [2, 5] {
            tally.read_cargo(&format!("test result: ok. {n_passed} passed; 0 failed; 0 ignored"));
        }
        assert_eq!(tally, Tally { passed: 7, failed: 0 });
    }

    #[track_caller]
    fn check(line: &str, expected: Option<(usize, usize)>) {
        let tally = Tally::from_cargo(line).map(|it| (it.passed, it.failed));
        assert_eq!(tally, expected, "{line}");
    }

    #[test]
    fn all_passed() {
        check(
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.01s",
            Some((12, 0)),
        );
    }

    #[test]
    fn some_failed() {
        check(
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            Some((1, 2)),
        );
    }

    #[test]
    fn ignored_is_failed() {
        check(
            "test result: ok. 1 passed; 0 failed; 4 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            Some((1, 4)),
        );
    }

    #[test]
    fn other_lines_are_not_summaries() {
        check("test tally::tests::all_passed ... ok", None);
        check("running 12 tests", None);
        check("test result: who knows", None);
    }
}
