//! Tests that compare tables with the output of Python's tabulate.

use super::*;

/// `expected` is the output of tabulate 0.10 with the headers of ExecuTorch's tables.
#[track_caller]
fn check<const N: usize>(rows: [[&str; 4]; N], expected: &[&str]) {
    let headers = ["", "NODE NAME", "INPUT QSPEC MAP", "OUTPUT QSPEC MAP"];
    let first_column = usize::from(rows.iter().all(|it| it[0].is_empty()));
    let is_plain = !rows.as_flattened().iter().any(|it| it.contains(char::is_control));
    let mut printed = String::new();
    simple(&mut printed, "", &headers, &rows, first_column, is_plain);
    assert_eq!(printed.split_terminator('\n').collect::<Vec<_>>(), expected);
}

#[test]
fn text() {
    check(
        [
            ["", "conv2d", "x: INT8", "None"],
            ["", "", "_param_constant0: INT8", ""],
            ["", "relu", "", "INT8"],
        ],
        &[
            "NODE NAME    INPUT QSPEC MAP         OUTPUT QSPEC MAP",
            "-----------  ----------------------  ------------------",
            "conv2d       x: INT8                 None",
            "             _param_constant0: INT8",
            "relu                                 INT8",
        ],
    );
}

#[test]
fn brackets() {
    check(
        [
            ["╒", "conv2d", "x: INT8", "None"],
            ["╘", "relu", "", "INT8"],
            ["", "sin", "Rejected: no", ""],
        ],
        &[
            "    NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "--  -----------  -----------------  ------------------",
            "╒   conv2d       x: INT8            None",
            "╘   relu                            INT8",
            "    sin          Rejected: no",
        ],
    );
}

#[test]
fn white_space_at_the_ends_is_stripped() {
    check(
        [["", " a ", "\tx: INT8 ", "\u{a0}None"], ["", "b", " ", "c  d"]],
        &[
            "NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "a            x: INT8            None",
            "b                               c  d",
        ],
    );
}

#[test]
fn widths_are_code_points() {
    check(
        [["", "模型", "é", "😀"], ["", "e\u{301}", "", "None"]],
        &[
            "NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "模型           é                  😀",
            "e\u{301}                              None",
        ],
    );
}

#[test]
fn whole_numbers_stand_right() {
    check(
        [["", "1", "", ""], ["", "22", "", "1_000"], ["", " 7", "", "-3"]],
        &[
            "  NODE NAME  INPUT QSPEC MAP      OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "          1",
            "         22                                  1_000",
            "          7                                     -3",
        ],
    );
}

/// Commas are removed in a column of floats.
#[test]
fn commas_between_thousands() {
    check(
        [["", "1,000", "1,000", "1,00"], ["", "-22", "0.5", "7"]],
        &[
            "  NODE NAME    INPUT QSPEC MAP  OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "      1,000             1000    1,00",
            "        -22                0.5  7",
        ],
    );
}

#[test]
fn floats_are_printed_again() {
    check(
        [
            ["", "1.5", "1e5", "0.00001234"],
            ["", "10", "nan", "123456789.123"],
            ["", "5e-324", "-1.7976931348623157e+308", "2.50"],
        ],
        &[
            "    NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-------------  -----------------  ------------------",
            " 1.5           100000                    1.234e-05",
            "10                nan                    1.23457e+08",
            " 4.94066e-324      -1.79769e+308         2.5",
        ],
    );
}

#[test]
fn no_numbers() {
    check(
        [["", "1e400", "infinity", "1__0"], ["", "1", "2", "3"]],
        &[
            "NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "1e400        infinity           1__0",
            "1            2                  3",
        ],
    );
}

#[test]
fn one_word_makes_a_column_text() {
    check(
        [["", "1.50", "True", "False"], ["", "x", "", "2"]],
        &[
            "NODE NAME    INPUT QSPEC MAP      OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "1.50         True                            False",
            "x                                                2",
        ],
    );
}

#[test]
fn cells_of_several_lines() {
    check(
        [["", "a", "Rejected: one\ntwo  \n  three", ""], ["", "b", "x: INT8", "None"]],
        &[
            "NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "a            Rejected: one",
            "             two",
            "               three",
            "b            x: INT8            None",
        ],
    );
}

#[test]
fn empty_lines_in_cells() {
    check(
        [["", "a", "Rejected: one\n\ntwo", ""], ["", "b", "x: INT8\n", "None"]],
        &[
            "NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "a            Rejected: one",
            "",
            "             two",
            "b            x: INT8            None",
        ],
    );
}

#[test]
fn carriage_returns() {
    check(
        [["", "a", "Rejected: one\rtwo", ""], ["", "b", "Rejected: one\r\ntwo", ""]],
        &[
            "NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "a            Rejected: one",
            "             two",
            "b            Rejected: one",
            "             two",
        ],
    );
}

/// Only a newline makes a row higher; ExecuTorch itself splits the table at the other line ends.
#[test]
fn other_line_ends_alone() {
    check(
        [["", "a", "Rejected: one\x0btwo", ""]],
        &[
            "NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "a            Rejected: one\x0btwo",
        ],
    );
}

#[test]
fn other_line_ends_among_lines() {
    check(
        [["", "a", "Rejected: one\x0btwo", ""], ["", "b", "Rejected: one\ntwo", ""]],
        &[
            "NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "a            Rejected: one",
            "             two",
            "b            Rejected: one",
            "             two",
        ],
    );
}

/// tabulate loses the second line.
#[test]
fn other_line_ends_and_colours() {
    check(
        [
            ["", "a", "Rejected: one\x0btwo", ""],
            ["", "b", "Rejected: one\ntwo", "\x1b[31mred\x1b[0m"],
        ],
        &[
            "NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "a            Rejected: one",
            "b            Rejected: one      \x1b[31mred\x1b[0m",
            "             two",
        ],
    );
}

#[test]
fn colours_take_no_room() {
    check(
        [
            ["", "\x1b[31mred\x1b[0m", "\x1b[31m1.50\x1b[0m", "x"],
            ["", "b", "1,000", "\x1b]8;;https://a.b\x1b\\link\x1b]8;;\x1b\\"],
        ],
        &[
            "NODE NAME      INPUT QSPEC MAP  OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "\x1b[31mred\x1b[0m                        \x1b[31m1.5\x1b[0m  x",
            "b                      1,000    \x1b]8;;https://a.b\x1b\\link\x1b]8;;\x1b\\",
        ],
    );
}

#[test]
fn escapes_of_no_sequence() {
    check(
        [["", "\x1b[", "\x1b", "x\x1b(By"], ["", "a", "b", "c"]],
        &[
            "NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "\x1b[           \x1b                  x\x1b(By",
            "a            b                  c",
        ],
    );
}

/// A name that tabulate considers a rule is printed as one, and does not count for types or widths.
#[test]
fn rules_between_rows() {
    check(
        [
            ["", "1", "x: INT8", "None"],
            ["", "\x01", "longer than all the other cells", "1"],
            ["", "22", "", "2"],
            ["", "text", " \x01\t", "3"],
            ["", "333", "", "\x01"],
        ],
        &[
            "  NODE NAME  INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "          1  x: INT8            None",
            "-----------  -----------------  ------------------",
            "         22                     2",
            "-----------  -----------------  ------------------",
            "        333                     \x01",
        ],
    );
    check(
        [["", "\x01", "Rejected: no", ""]],
        &[
            "NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "-----------  -----------------  ------------------",
            "-----------  -----------------  ------------------",
        ],
    );
    check(
        [["╒", "\x01", "x: INT8", ""], ["|", "1.5", "\x01", ""], ["╘", "22", "", ""]],
        &[
            "      NODE NAME  INPUT QSPEC MAP    OUTPUT QSPEC MAP",
            "--  -----------  -----------------  ------------------",
            "--  -----------  -----------------  ------------------",
            "|           1.5  \x01",
            "╘          22",
        ],
    );
}
