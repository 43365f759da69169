//! Multiply-accumulates from the shapes of an op's operands and its output.
//!
//! Each function returns `None` for shapes that torch does not allow together. So the functions
//! also show which input of a node is which operand.

/// Counts the products of these operands, for an output of this shape.
pub(super) type Count = fn(operands: &[&[u64]], out: &[u64]) -> Option<u128>;

/// The product of sizes, saturating.
fn product(sizes: &[u64]) -> u128 {
    // A zero makes it zero, however large the others are.
    sizes.iter().fold(1, |product: u128, size| product.saturating_mul(u128::from(*size)))
}

fn times(a: u128, b: u128) -> u128 {
    a.saturating_mul(b)
}

/// Whether a tensor with shape `from` can be added to one with shape `to` without changing `to`.
fn expands_to(from: &[u64], to: &[u64]) -> bool {
    let mut pairs = from.iter().rev().zip(to.iter().rev());
    from.len() <= to.len() && pairs.all(|(from, to)| from == to || *from == 1)
}

/// The common shape of both by torch's broadcasting rules.
fn broadcast(a: &[u64], b: &[u64]) -> Option<Vec<u64>> {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let mut out = long.to_vec();
    for (size, other) in out.iter_mut().rev().zip(short.iter().rev()) {
        match (*size, *other) {
            (1, other) => *size = other,
            (size, other) if size == other || other == 1 => {}
            _ => return None,
        }
    }
    Some(out)
}

pub(super) fn mm(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    of_ranks(operands, out, 2, 2)
}

pub(super) fn mv(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    of_ranks(operands, out, 2, 1)
}

pub(super) fn dot(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    of_ranks(operands, out, 1, 1)
}

fn of_ranks(operands: &[&[u64]], out: &[u64], rank_a: usize, rank_b: usize) -> Option<u128> {
    let [a, b] = operands else { return None };
    if a.len() == rank_a && b.len() == rank_b { matmul(operands, out) } else { None }
}

pub(super) fn bmm(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    let [a, b] = operands else { return None };
    // `bmm` does not broadcast its batches.
    if a.first() == b.first() { of_ranks(operands, out, 3, 3) } else { None }
}

/// `torch.matmul`: a vector on the left is a row, a vector on the right is a column, and batches
/// are broadcast.
pub(super) fn matmul(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    let [a, b] = operands else { return None };
    let (n_inner, rows) = a.split_last()?;
    let (batch_a, rows) = match rows.split_last() {
        Some((n_rows, batch)) => (batch, Some(*n_rows)),
        None => (rows, None),
    };
    let (batch_b, b_inner, columns) = match b {
        [n_inner] => (&b[..0], *n_inner, None),
        [batch @ .., n_inner, n_columns] => (batch, *n_inner, Some(*n_columns)),
        [] => return None,
    };
    let mut expected = broadcast(batch_a, batch_b)?;
    expected.extend(rows.into_iter().chain(columns));
    let fits = *n_inner == b_inner && expected == out;
    fits.then(|| times(product(out), u128::from(*n_inner)))
}

/// `torch.inner`: over the last dimension of both.
pub(super) fn inner(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    let [a, b] = operands else { return None };
    let ((n_inner, rows), (b_inner, columns)) = (a.split_last()?, b.split_last()?);
    let fits = n_inner == b_inner && out == [rows, columns].concat();
    fits.then(|| times(product(out), u128::from(*n_inner)))
}

/// `torch.linalg.vecdot`: over one dimension of both, broadcast.
pub(super) fn vecdot(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    let [a, b] = operands else { return None };
    let whole = broadcast(a, b)?;
    let is_out = |dim: usize| [&whole[..dim], &whole[dim + 1..]].concat() == out;
    (0..whole.len()).any(is_out).then(|| product(&whole))
}

pub(super) fn outer(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    let ([[n_rows], [n_columns]], [rows, columns]) = (operands, out) else { return None };
    (n_rows == rows && n_columns == columns).then(|| product(out))
}

/// Counts an op that adds its first operand to the result of the others.
fn added(operands: &[&[u64]], out: &[u64], count: Count) -> Option<u128> {
    let (first, operands) = operands.split_first()?;
    count(operands, out).filter(|_| expands_to(first, out))
}

pub(super) fn addmm(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    added(operands, out, mm)
}

pub(super) fn baddbmm(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    added(operands, out, bmm)
}

pub(super) fn addmv(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    added(operands, out, mv)
}

pub(super) fn addr(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    added(operands, out, outer)
}

/// `addbmm`: the products of all batches are added up.
pub(super) fn addbmm(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    added(operands, out, |operands, out| {
        let ([[n_batches, ..], _], [rows, columns]) = (operands, out) else { return None };
        bmm(operands, &[*n_batches, *rows, *columns])
    })
}

/// `linear(x, weight, bias)`; the weight may be a single row.
pub(super) fn linear(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    let (x, weight, bias) = match operands {
        [x, weight] => (x, weight, None),
        [x, weight, bias] => (x, weight, Some(bias)),
        _ => return None,
    };
    let (n_inner, rows) = x.split_last()?;
    let (w_inner, columns) = weight.split_last()?;
    let is_weight = columns.len() <= 1 && n_inner == w_inner;
    let fits = is_weight && out == [rows, columns].concat();
    let fits = fits && bias.is_none_or(|it| expands_to(it, out));
    fits.then(|| times(product(out), u128::from(*n_inner)))
}

/// The product of the first operand's rows and a weight that may be packed, with as many columns as
/// the output.
pub(super) fn rows_by_packed(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    let [x, ..] = operands else { return None };
    let ((n_inner, rows), (_, out_rows)) = (x.split_last()?, out.split_last()?);
    (rows == out_rows).then(|| times(product(out), u128::from(*n_inner)))
}

/// A convolution: its input and output channels, its weight and its input.
struct Conv<'a> {
    n_in: u64,
    n_out: u64,
    /// `[out, in / groups, …]`, or `[in, out / groups, …]` if it is transposed.
    weight: &'a [u64],
    input: &'a [u64],
}

impl<'a> Conv<'a> {
    /// `None` if the shapes do not fit a convolution.
    fn new(operands: &[&'a [u64]], out: &[u64]) -> Option<Self> {
        let (input, weight, bias) = match operands {
            [input, weight] => (*input, *weight, None),
            [input, weight, bias] => (*input, *weight, Some(*bias)),
            _ => return None,
        };
        // Without a batch, the channels are the first dimension.
        let n_spatial = weight.len().checked_sub(2).filter(|it| *it > 0)?;
        let channel_at = input.len().checked_sub(n_spatial + 1).filter(|it| *it <= 1)?;
        let (n_in, n_out) = (*input.get(channel_at)?, *out.get(channel_at)?);
        let fits = input.len() == out.len()
            && input[..channel_at] == out[..channel_at]
            && bias.is_none_or(|it| it == [n_out]);
        fits.then_some(Self { n_in, n_out, weight, input })
    }
}

/// The quotient of `whole` and `part`, if `whole` is a multiple of `part`.
fn multiple(whole: u64, part: u64) -> Option<u64> {
    whole.checked_rem(part).filter(|it| *it == 0).map(|_| whole / part)
}

/// One product per element of the output and of the filter that makes it.
pub(super) fn conv_of_any_rank(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    let conv = Conv::new(operands, out)?;
    let n_groups = multiple(conv.n_in, conv.weight[1])?;
    multiple(conv.n_out, n_groups)?;
    (conv.weight[0] == conv.n_out).then(|| times(product(out), product(&conv.weight[1..])))
}

/// One product per element of the input and of the filter that it goes through.
pub(super) fn conv_transpose_of_any_rank(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    let conv = Conv::new(operands, out)?;
    let n_groups = multiple(conv.n_out, conv.weight[1])?;
    multiple(conv.n_in, n_groups)?;
    (conv.weight[0] == conv.n_in).then(|| times(product(conv.input), product(&conv.weight[1..])))
}

pub(super) fn conv<const N_SPATIAL: usize>(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    let weight = operands.get(1).filter(|it| it.len() == N_SPATIAL + 2);
    weight.and_then(|_| conv_of_any_rank(operands, out))
}

pub(super) fn conv_transpose<const N_SPATIAL: usize>(
    operands: &[&[u64]],
    out: &[u64],
) -> Option<u128> {
    let weight = operands.get(1).filter(|it| it.len() == N_SPATIAL + 2);
    weight.and_then(|_| conv_transpose_of_any_rank(operands, out))
}

/// `conv_tbc`: time, batch and channels; the weight is `[time, in, out]`.
pub(super) fn conv_tbc(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    let [[_, n_batches, n_in], [n_time, w_in, w_out], [n_bias]] = operands else { return None };
    let [_, out_batches, n_out] = out else { return None };
    let fits = n_batches == out_batches && n_in == w_in && w_out == n_out && n_bias == n_out;
    fits.then(|| times(product(out), product(&[*n_time, *n_in])))
}

/// `softmax(query @ key.T + mask) @ value`, with or without a mask.
///
/// With `enable_gqa`, several heads of the query share one of the key and the value
/// (`scaled_dot_product_attention` in the documentation of torch).
pub(super) fn attention(operands: &[&[u64]], out: &[u64]) -> Option<u128> {
    let (query, key, value, mask) = match operands {
        [query, key, value] => (query, key, value, None),
        [query, key, value, mask] => (query, key, value, Some(mask)),
        _ => return None,
    };
    let [query_batch @ .., n_queries, query_width] = *query else { return None };
    let [key_batch @ .., n_keys, key_width] = *key else { return None };
    let [value_batch @ .., n_values, value_width] = *value else { return None };
    let [out_batch @ .., out_queries, out_width] = out else { return None };
    let scores_batch = with_shared_heads(query_batch, key_batch)?;
    let fits = query_width == key_width
        && n_keys == n_values
        && n_queries == out_queries
        && value_width == out_width
        && with_shared_heads(&scores_batch, value_batch)? == *out_batch;
    let scores = [scores_batch.as_slice(), &[*n_queries, *n_keys]].concat();
    let fits = fits && mask.is_none_or(|it| expands_to(it, &scores));
    let weighted = [out_batch, &[*n_queries, *n_keys]].concat();
    fits.then(|| {
        let by_keys = times(product(&scores), u128::from(*query_width));
        by_keys.saturating_add(times(product(&weighted), u128::from(*value_width)))
    })
}

/// The common batch shape of query heads and key or value heads, each of which several query heads
/// may share.
fn with_shared_heads(query_batch: &[u64], batch: &[u64]) -> Option<Vec<u64>> {
    broadcast(query_batch, batch).or_else(|| {
        let (n_heads, rest) = query_batch.split_last()?;
        let (n_shared, other_rest) = batch.split_last()?;
        multiple(*n_heads, *n_shared)?;
        let mut out = broadcast(rest, other_rest)?;
        out.push(*n_heads);
        Some(out)
    })
}
