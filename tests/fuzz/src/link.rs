//! The page's address: where the reader is, and which reports it names or carries.

use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use qspect_core::{parse, unpack};

use crate::json;
use crate::limits::timed;
use crate::url::{Link, Place, files_in, fragment_of, links_in, links_to_fragment};

/// `atob`, as web/src/sources/link.rs calls it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(crate) fn run(bytes: &[u8]) {
    let fragment = String::from_utf8_lossy(bytes);
    let place = timed("reading", bytes.len(), || Place::from_fragment(&fragment));
    let links = links_in(&fragment);
    assert_eq!(Place::from_fragment(&place.to_fragment()), place);
    assert_eq!(links_in(&links_to_fragment(&links)), links);
    let files = files_in(&fragment);
    // As the page writes them, and as the browser gives that back.
    let written = format!("#{}", fragment_of(&links, &place, &files));
    assert_eq!(Place::from_fragment(&written), place, "{written}");
    assert_eq!(links_in(&written), links, "{written}");
    assert_eq!(files_in(&written), files, "{written}");
    for link in links {
        if let Link::Report(digits) = link {
            open(&digits);
        }
    }
}

/// What a link carries is read or refused.
fn open(digits: &str) {
    let digits = digits.replace('-', "+").replace('_', "/");
    let Ok(bytes) = BASE64.decode(digits) else { return };
    for file in unpack("report in the link", &bytes) {
        let parsed = file.content.and_then(|it| parse(&file.name, &it));
        if let Err(error) = parsed {
            json::check_error(&error);
        }
    }
}
