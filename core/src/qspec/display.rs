//! Qspecs as text: `{}` as ExecuTorch's `qspec_repr` prints them, `{:#}` with all known fields.

use std::fmt::{self, Display, Formatter};

use serde_json::{Map, Value};

use super::{
    DType, DerivedQuantizationSpec, EdgeOrNode, FixedQParamsQuantizationSpec, QScheme, QSpec,
    QuantizationSpec,
};
use crate::text::python;
use crate::text::python::OrNone;

impl Display for QSpec {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quantization(spec) => spec.fmt(f),
            Self::FixedQParams(spec) => spec.fmt(f),
            Self::Shared(spec) => {
                write!(f, "SharedQuantizationSpec(edge_or_node={}", spec.edge_or_node)?;
                let mut arguments = Arguments::more(f);
                arguments.write_fields(spec.unknown.as_deref())?;
                arguments.end()
            }
            Self::Derived(spec) => spec.fmt(f),
            Self::Other(spec) => {
                f.write_str(&spec.class)?;
                let mut arguments = Arguments::of(f);
                arguments.write_fields(Some(&spec.fields))?;
                arguments.end()
            }
        }
    }
}

impl QSpec {
    /// With all known fields: `{:#}`.
    pub fn full(&self) -> String {
        format!("{self:#}")
    }

    /// The shortest form, for tables: `INT8 (-128,127)`, `shared → (relu, view)`.
    pub fn brief(&self) -> String {
        match self {
            Self::Quantization(spec) => {
                let dtype = spec.dtype.short().to_ascii_uppercase();
                if spec.quant_min.is_none() && spec.quant_max.is_none() {
                    return dtype;
                }
                format!("{dtype} ({},{})", OrNone(&spec.quant_min), OrNone(&spec.quant_max))
            }
            Self::FixedQParams(spec) => match &spec.dtype {
                Some(dtype) => format!("{} fixed qparams", dtype.short().to_ascii_uppercase()),
                None => "fixed qparams".to_owned(),
            },
            Self::Shared(spec) => format!("shared → {}", spec.edge_or_node),
            Self::Derived(spec) => {
                format!("{} derived", spec.dtype.short().to_ascii_uppercase())
            }
            Self::Other(spec) => spec.class.to_string(),
        }
    }
}

impl Display for QuantizationSpec {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "QuantizationSpec(dtype={}", self.dtype.short().to_ascii_uppercase())?;
        if self.quant_min.is_some() || self.quant_max.is_some() {
            let (min, max) = (OrNone(&self.quant_min), OrNone(&self.quant_max));
            write!(f, ", range=({min},{max})")?;
        }
        let mut arguments = Arguments::more(f);
        arguments.write("qscheme", self.qscheme.as_ref().map(OrNone))?;
        arguments.write("ch_axis", self.ch_axis.as_ref().map(OrNone))?;
        arguments.write("is_dynamic", self.is_dynamic.map(python::bool))?;
        arguments.write("observer", self.observer.as_ref())?;
        arguments.write_fields(self.unknown.as_deref())?;
        arguments.end()
    }
}

impl Display for FixedQParamsQuantizationSpec {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("FixedQParamsQuantizationSpec")?;
        let mut arguments = Arguments::of(f);
        arguments.write("dtype", self.dtype.as_ref().map(|it| it.short().to_ascii_uppercase()))?;
        arguments.write("scale", self.scale.map(python::float))?;
        arguments.write("zero_point", self.zero_point)?;
        arguments.write("quant_min", self.quant_min.as_ref().map(OrNone))?;
        arguments.write("quant_max", self.quant_max.as_ref().map(OrNone))?;
        arguments.write("qscheme", self.qscheme.as_ref().map(OrNone))?;
        arguments.write("is_dynamic", self.is_dynamic.map(python::bool))?;
        arguments.write_fields(self.unknown.as_deref())?;
        arguments.end()
    }
}

impl Display for DerivedQuantizationSpec {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { derived_from, dtype, .. } = self;
        write!(f, "DerivedQuantizationSpec(derived_from={derived_from}, dtype={dtype}")?;
        let mut arguments = Arguments::more(f);
        arguments.write("quant_min", self.quant_min.as_ref().map(OrNone))?;
        arguments.write("quant_max", self.quant_max.as_ref().map(OrNone))?;
        arguments.write("qscheme", self.qscheme.as_ref().map(OrNone))?;
        arguments.write("ch_axis", self.ch_axis.as_ref().map(OrNone))?;
        arguments.write("is_dynamic", self.is_dynamic.map(python::bool))?;
        arguments.write_fields(self.unknown.as_deref())?;
        arguments.end()
    }
}

impl Display for EdgeOrNode {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (items, open, close) = match self {
            Self::Node(name) => return f.write_str(name),
            // Python prints a comma after the only item of a tuple.
            Self::Tuple(items) if items.len() == 1 => (items, "(", ",)"),
            Self::Tuple(items) => (items, "(", ")"),
            Self::List(items) => (items, "[", "]"),
        };
        f.write_str(open)?;
        for (item_idx, item) in items.iter().enumerate() {
            if item_idx > 0 {
                f.write_str(", ")?;
            }
            item.fmt(f)?;
        }
        f.write_str(close)
    }
}

impl Display for DType {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Display for QScheme {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())
    }
}

/// The keyword arguments that only the full form prints.
struct Arguments<'a, 'b> {
    f: &'a mut Formatter<'b>,
    /// The text before the next argument.
    before: &'static str,
    /// Whether a parenthesis is open.
    open: bool,
}

impl<'a, 'b> Arguments<'a, 'b> {
    /// After a bare class name: the parenthesis opens with the first argument.
    fn of(f: &'a mut Formatter<'b>) -> Self {
        Self { f, before: "(", open: false }
    }

    /// After the arguments that every form prints.
    fn more(f: &'a mut Formatter<'b>) -> Self {
        Self { f, before: ", ", open: true }
    }

    fn write(&mut self, name: &str, value: Option<impl Display>) -> fmt::Result {
        let Some(value) = value.filter(|_| self.f.alternate()) else { return Ok(()) };
        write!(self.f, "{}{name}={value}", self.before)?;
        self.before = ", ";
        self.open = true;
        Ok(())
    }

    /// Fields that this version does not know.
    fn write_fields(&mut self, fields: Option<&Map<String, Value>>) -> fmt::Result {
        fields
            .into_iter()
            .flatten()
            .try_for_each(|(name, value)| self.write(name, Some(python::repr(value))))
    }

    fn end(self) -> fmt::Result {
        if self.open { self.f.write_str(")") } else { Ok(()) }
    }
}
