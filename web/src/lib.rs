//! Qspect's page.
