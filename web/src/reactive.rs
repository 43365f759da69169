//! What follows from signals. Leptos makes code anew for each closure that it is given; here all of
//! a kind share it.

use leptos::prelude::*;

/// A value that is worked out anew when what it reads changes, and told of if it is another.
pub(crate) fn memo<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    #[inline(never)]
    fn boxed<T>(value: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| value())
    }
    boxed(Box::new(value))
}

/// Does something now, and again when what it reads changes.
pub(crate) fn effect(act: impl FnMut() + 'static) {
    #[inline(never)]
    fn boxed(mut act: Box<dyn FnMut()>) {
        Effect::new(move |_: Option<()>| act());
    }
    boxed(Box::new(act));
}
