//! Issues of the context (4.1).

words! {
    /// Status of an issue.
    IssueStatus {
        /// Noticed.
        Seen = "seen",
        /// Something is done about it.
        Addressed = "addressed",
        /// Lived with.
        Accepted = "accepted",
        /// No longer there.
        Gone = "gone",
    }
}

words! {
    /// Where an issue lies.
    Side {
        /// Inside the organisation.
        Internal = "internal",
        /// Outside.
        External = "external",
    }
}

view! {
    /// Something that helps or hinders the SMS.
    ContextIssue<'a> of "context_issue" at "" {
        /// Status.
        status: Option<IssueStatus>,
        /// Where it lies.
        side: Option<Side>,
    }
}
