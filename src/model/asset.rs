//! Assets (8.2.5).

words! {
    /// Status of an asset.
    AssetStatus {
        /// To be bought.
        Planned = "planned",
        /// Bought, not yet there.
        Ordered = "ordered",
        /// There, not in use.
        InStock = "in_stock",
        /// In use.
        InUse = "in_use",
        /// Out of use, still there.
        Retired = "retired",
        /// Gone.
        Disposed = "disposed",
    }
}

view! {
    /// Something of value that services are delivered with.
    Asset<'a> of "asset" at "" {
        /// Status.
        status: Option<AssetStatus>,
        /// The configuration item that is the same thing.
        ci: Option<&'a str>,
        /// The right to use it, when it is a licence.
        licence: Option<Licence<'a>>,
    }
}

view! {
    /// A right to use something.
    Licence<'a> of "asset" at "/licence" {
        /// What is counted.
        metric: Option<&'a str>,
        /// How many may be used.
        entitled: Option<i64>,
        /// How many are used.
        used: Option<i64>,
    }
}
