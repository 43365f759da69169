//! What web/src/params.rs is, by another hand: the `url` crate follows the standard that
//! `URLSearchParams` is defined by.

use std::cell::RefCell;

use url::form_urlencoded;

#[derive(Default)]
pub(crate) struct Params(RefCell<Vec<(String, String)>>);

impl Params {
    pub(crate) fn read(text: &str) -> Self {
        // As the constructor does.
        let text = text.strip_prefix('?').unwrap_or(text);
        Self(RefCell::new(form_urlencoded::parse(text.as_bytes()).into_owned().collect()))
    }

    pub(crate) fn append(&self, name: &str, value: &str) {
        self.0.borrow_mut().push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.get_all(name).next()
    }

    pub(crate) fn get_all(&self, name: &str) -> impl Iterator<Item = String> + use<> {
        let fields = self.0.borrow();
        let values = fields.iter().filter(|it| it.0 == name).map(|it| it.1.clone());
        values.collect::<Vec<_>>().into_iter()
    }

    pub(crate) fn to_text(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&*self.0.borrow()).finish()
    }
}
