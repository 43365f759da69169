//! Handles a worker that stops: a new one reads the files again.

use leptos::prelude::*;
use qspect_core::ParseError;

use super::{AppState, Load, OpenFile};

/// How often all files are read again after stops without a file here to blame.
const MAX_INNOCENT_STOPS: usize = 3;

impl AppState {
    /// Handles the loss of the worker and its reports. The file that it was reading is to blame;
    /// the others are read again. If it was reading none of these files, another viewer in the page
    /// or the last request is to blame. After several such stops, reading again does not help.
    pub(super) fn worker_stopped(self, message: &str) {
        // A file that waits for its turn has reported no progress yet.
        let is_begun = |it: &OpenFile| matches!(it.load, Load::Reading(share) if share > 0.0);
        let mut read_again = Vec::new();
        self.files.update(|files| {
            let to_blame = files.iter().find(|it| is_begun(it)).map(|it| it.file_id);
            if to_blame.is_none() {
                self.innocent_stops.update_value(|it| *it += 1);
            }
            let is_hopeless =
                to_blame.is_none() && self.innocent_stops.get_value() > MAX_INNOCENT_STOPS;
            // An archive is read again as a whole, at the index of its first entry.
            let is_entry = |it: &OpenFile| it.file_id != it.source_id;
            let mut whole: Vec<OpenFile> = Vec::new();
            for mut file in files.drain(..) {
                if is_entry(&file) {
                    let known = whole.iter_mut().find(|it| it.file_id == file.source_id);
                    if let Some(archive) = known {
                        archive.load = Load::Reading(0.0);
                        continue;
                    }
                    file.file_id = file.source_id;
                    file.name = self.name_of_kept(file.source_id);
                    file.load = Load::Reading(0.0);
                }
                whole.push(file);
            }
            *files = whole;
            for file in files.iter_mut().filter(|it| !matches!(it.load, Load::Failed(_))) {
                if to_blame != Some(file.file_id) && !is_hopeless {
                    file.load = Load::Reading(0.0);
                    read_again.push(file.file_id);
                    continue;
                }
                let message = format!("the reader stopped: {message}");
                let hint = "open the file again; a very large one may not fit";
                file.load = Load::Failed(ParseError::unreadable(&file.name, &message, hint));
            }
        });
        self.drop_unused();
        for file_id in read_again {
            self.read(file_id);
        }
    }
}
