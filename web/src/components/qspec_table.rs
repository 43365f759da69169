//! Qspecs as a table: a row for each tensor, a column for each argument.

use leptos::prelude::*;
use qspect_core::view::{AnnotationDetail, QSpecDetail};

use super::node_detail::NodeLink;
use super::{BreakableText, CopyButton, safe_attribute};

/// One row of the table.
pub(crate) struct QSpecRow {
    /// What the tensor is for the node: `weight`, `output`.
    pub(crate) role: &'static str,
    /// The name of an input, and whether it is a node that can be opened.
    pub(crate) input: Option<(String, bool)>,
    pub(crate) qspec: QSpecDetail,
}

impl QSpecRow {
    /// The inputs and the output of a node.
    pub(crate) fn all(annotation: &AnnotationDetail) -> Vec<Self> {
        let inputs = annotation.inputs.iter().map(|it| Self {
            role: it.role.label(),
            input: Some((it.name.clone(), it.is_node)),
            qspec: it.qspec.clone(),
        });
        let output = Self { role: "output", input: None, qspec: annotation.output.clone() };
        inputs.chain([output]).collect()
    }
}

/// The rows, with a button that copies the qspecs as Python prints them.
#[component]
pub(crate) fn QSpecTable(
    rows: Vec<QSpecRow>,
    /// Called with the name of an input that the reader opens.
    on_open: Callback<String>,
) -> impl IntoView {
    let details: Vec<&QSpecDetail> = rows.iter().map(|it| &it.qspec).collect();
    let columns = AnnotationDetail::columns(&details);
    let is_taken = details.iter().any(|it| !it.taken_from.is_empty());
    // ExecuTorch's text has only the dtype and the range of torchao's classes.
    let is_brief = details.iter().any(|it| {
        let has = |name| it.argument(name).is_some();
        has("dtype") && !has("qscheme") && !has("qspec")
    });
    let repr = rows.iter().map(|it| {
        let name = it.input.as_ref().map_or(it.role, |it| &it.0);
        format!("{name}: {}", it.qspec.own.as_deref().unwrap_or("None"))
    });
    let repr = Signal::stored(repr.collect::<Vec<_>>().join("\n"));
    let heads = columns.iter().map(|name| {
        view! { <th scope="col"><BreakableText text=*name /></th> }
    });
    let heads = heads.collect_view();
    let n_columns = columns.len() + usize::from(is_taken);
    let rows = rows.into_iter().map(|row| {
        let QSpecRow { role, input, qspec } = row;
        view! {
            <tr>
                <th scope="row">
                    {role}
                    {input.map(|(name, is_node)| view! { <Input name is_node on_open /> })}
                </th>
                {cells(&qspec, &columns, is_taken)}
            </tr>
            {notes(&qspec).into_iter().map(|(class, text)| view! {
                <tr class="qs-qspecs__note">
                    <td></td>
                    <td class=class colspan=n_columns.max(1).to_string()>
                        <BreakableText text />
                    </td>
                </tr>
            }).collect_view()}
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="qs-qspecs">
            <table>
                <thead>
                    <tr>
                        <th scope="col"><span class="qs-hidden">"tensor"</span></th>
                        {heads}
                        {is_taken.then(|| view! { <th scope="col">"resolved from"</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <div class="qs-qspecs__foot">
            {is_brief.then(|| view! {
                <span class="qs-muted qs-small">
                    "Where it is empty, the source has no qscheme, ch_axis or observer: they are unknown."
                </span>
            })}
            <CopyButton label="Copy qspecs" text=repr />
        </div>
    }
}

#[component]
fn Input(name: String, is_node: bool, on_open: Callback<String>) -> impl IntoView {
    if is_node {
        view! { <NodeLink name on_open /> }.into_any()
    } else {
        view! { <code><BreakableText text=name /></code> }.into_any()
    }
}

fn cells(qspec: &QSpecDetail, columns: &[&str], is_taken: bool) -> AnyView {
    if qspec.own.is_none() {
        let n_columns = columns.len() + usize::from(is_taken);
        return view! {
            <td colspan=n_columns.max(1).to_string() class="qs-muted">"no qspec"</td>
        }
        .into_any();
    }
    let values = columns.iter().map(|name| {
        let text = qspec.argument(name).unwrap_or_default().to_owned();
        let is_none = text == "None";
        view! { <td class:qs-muted=is_none><BreakableText text /></td> }
    });
    let taken_from = is_taken.then(|| {
        let places = qspec.taken_from.join(", ");
        let title = safe_attribute(&qspec.steps().join("\n"));
        view! { <td title=title><BreakableText text=places /></td> }
    });
    view! {
        {values.collect_view()}
        {taken_from}
    }
    .into_any()
}

/// What a row has beside its cells, each with its class: arguments without a column, and why a
/// chain leads nowhere.
fn notes(qspec: &QSpecDetail) -> Vec<(&'static str, String)> {
    let others = qspec.other_arguments().join(", ");
    let trouble = qspec.resolved.as_ref().and_then(|it| it.trouble.clone());
    let others = (!others.is_empty()).then_some(("qs-muted", others));
    others.into_iter().chain(trouble.map(|it| ("qs-qspecs__trouble", it))).collect()
}
