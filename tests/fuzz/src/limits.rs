//! How long reading may take.

use std::time::{Duration, Instant};

/// What a second is enough for.
const BYTES_PER_SECOND: f64 = 1e6;

/// What small inputs may take: other programs run, too.
const FLOOR: Duration = Duration::from_millis(200);

/// How often it is measured before it counts: a machine may have had something else to do.
const N_TRIES: usize = 3;

/// Does it, and panics if that takes longer than a second for each megabyte.
pub(crate) fn timed<T>(what: &str, n_bytes: usize, work: impl Fn() -> T) -> T {
    let limit = FLOOR.max(Duration::from_secs_f64(n_bytes as f64 / BYTES_PER_SECOND));
    let mut fastest = Duration::MAX;
    for _ in 0..N_TRIES {
        let start = Instant::now();
        let done = work();
        fastest = fastest.min(start.elapsed());
        if fastest <= limit {
            return done;
        }
    }
    panic!("{what} of {n_bytes} bytes took {fastest:?}");
}
