//! Two labels of qconfigs, cut to what differs.

use super::Pair;
use crate::report::qconfig_parts;

/// The parts of two labels that differ: `act_range=[-128, 127]` and `act_range=[-32767, 32767]` of
/// two calls of one function; of two functions, their names as well. The whole labels if their
/// parts are equal.
pub(super) fn differing(base: &str, head: &str) -> Pair<String> {
    let (base_name, base_arguments) = qconfig_parts(base);
    let (head_name, head_arguments) = qconfig_parts(head);
    let shown = |name: &str, own: &[&str], others: &[&str]| {
        let own: Vec<&str> = own.iter().copied().filter(|it| !others.contains(it)).collect();
        let own = own.join(", ");
        // Without arguments on both sides there is nothing to compare them with.
        let are_calls = !base_arguments.is_empty() && !head_arguments.is_empty();
        match (base_name == head_name, own.is_empty() || !are_calls) {
            (true, _) => own,
            (false, true) => name.to_owned(),
            (false, false) => format!("{name}({own})"),
        }
    };
    let parts = Pair {
        base: shown(base_name, &base_arguments, &head_arguments),
        head: shown(head_name, &head_arguments, &base_arguments),
    };
    match parts.is_same() {
        true => Pair { base: base.to_owned(), head: head.to_owned() },
        // An argument that one call lacks has its default there.
        false => parts.map(|it| if it.is_empty() { "default".to_owned() } else { it }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, head: &str, expected: (&str, &str)) {
        let Pair { base, head } = differing(base, head);
        assert_eq!((base.as_str(), head.as_str()), expected);
    }

    #[test]
    fn only_what_differs_is_left() {
        check("a.f(x=1, r=[0, 1])", "a.f(x=1, r=[0, 2])", ("r=[0, 1]", "r=[0, 2]"));
        check("a.f(x=1, r=2)", "a.g(x=1, r=3)", ("f(r=2)", "g(r=3)"));
        check("a.f(x=1)", "a.g(x=1)", ("f", "g"));
        check("a.f(x=1)", "a.f(x=1, y=2)", ("default", "y=2"));
        check("a.f(x=1)", "b.f(x=1)", ("a.f(x=1)", "b.f(x=1)"));
        check("NO_QCONFIG", "a.f(x=1)", ("NO_QCONFIG", "f"));
    }
}
