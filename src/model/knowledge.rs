//! Knowledge articles (7.6).

use jiff::civil::Date;

use super::view::Ref;

words! {
    /// Status of an article.
    KnowledgeStatus {
        /// Being written.
        Draft = "draft",
        /// Can be relied on.
        Published = "published",
        /// Known to be out of date.
        Stale = "stale",
        /// No longer used.
        Retired = "retired",
    }
}

kinds! {
    /// What an article can be about.
    AboutKind = ["service", "process", "ci", "supplier", "contract", "customer"];
}

view! {
    /// What somebody who knows tells somebody who must act.
    Knowledge<'a> of "knowledge" at "" {
        /// Status.
        status: Option<KnowledgeStatus>,
        /// What it is about.
        about: Vec<Ref<'a, AboutKind>>,
        /// The day from which others could read it.
        published_on: Option<Date>,
    }
}
