//! Plans, from cases made by hand.
