//! The fields of an address's fragment, as the browser reads and writes them.

use web_sys::UrlSearchParams;

/// Names with values, in order; a name may occur several times.
pub(crate) struct Params(Option<UrlSearchParams>);

impl Params {
    /// The fields of `a=1&b=2`.
    pub(crate) fn read(text: &str) -> Self {
        Self(UrlSearchParams::new_with_str(text).ok())
    }

    pub(crate) fn append(&self, name: &str, value: &str) {
        if let Some(params) = &self.0 {
            params.append(name, value);
        }
    }

    /// The first value of that name.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.0.as_ref()?.get(name)
    }

    pub(crate) fn get_all(&self, name: &str) -> impl Iterator<Item = String> + use<> {
        let values = self.0.as_ref().map(|it| it.get_all(name).to_vec()).unwrap_or_default();
        values.into_iter().filter_map(|it| it.as_string())
    }

    /// The fields as `a=1&b=2`, with the escapes that they need.
    pub(crate) fn to_text(&self) -> String {
        self.0.as_ref().map_or_else(String::new, |it| it.to_string().into())
    }
}

impl Default for Params {
    fn default() -> Self {
        Self(UrlSearchParams::new().ok())
    }
}
