//! How long reading may take.

use std::time::Duration;

use cpu_time::ThreadTime;

/// What a second is enough for.
const BYTES_PER_SECOND: f64 = 1e6;

/// What small inputs may take, in a build that is not optimized.
const FLOOR: Duration = Duration::from_millis(250);

/// Does it, and panics if that takes longer than a second for each megabyte.
pub(crate) fn timed<T>(what: &str, n_bytes: usize, work: impl FnOnce() -> T) -> T {
    let limit = FLOOR.max(Duration::from_secs_f64(n_bytes as f64 / BYTES_PER_SECOND));
    let start = ThreadTime::now();
    let done = work();
    let took = start.elapsed();
    assert!(took <= limit, "{what} of {n_bytes} bytes took {took:?}");
    done
}
