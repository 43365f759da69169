//! The checked-in JSON Schema is the one of the types. `UPDATE_EXPECT=1 cargo test` renews it.

#![cfg(feature = "schema")]

use expect_test::expect_file;

#[test]
fn schema_is_up_to_date() {
    let schema = serde_json::to_string_pretty(&qspect_core::schema::schema()).expect("JSON");
    expect_file!["../report.schema.json"].assert_eq(&(schema + "\n"));
}
