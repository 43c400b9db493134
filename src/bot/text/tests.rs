//! Texts, from cases made by hand.
