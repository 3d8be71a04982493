//! What the responders do, in one binary.
