//! Memory of a page's process, as Linux reports it.

use std::fs;
use std::path::Path;

/// The most that the largest renderer of the browser with this profile ever had resident, its workers
/// included; `None` where the system does not report it.
pub fn peak_megabytes(profile: &Path) -> Option<f64> {
    let profile = profile.to_string_lossy().into_owned();
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let renderers = processes.filter_map(|process| {
        let command = fs::read(process.path().join("cmdline")).ok()?;
        let command = String::from_utf8_lossy(&command);
        (command.contains("--type=renderer") && command.contains(&profile)).then_some(())?;
        let status = fs::read_to_string(process.path().join("status")).ok()?;
        let peak = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
        peak.trim().trim_end_matches(" kB").parse::<f64>().ok()
    });
    renderers.map(|it| it / 1000.0).max_by(f64::total_cmp)
}
