//! Interested parties (4.2).

words! {
    /// Status of a party.
    PartyStatus {
        /// Expects something.
        Active = "active",
        /// No longer matters.
        Gone = "gone",
    }
}

view! {
    /// Somebody who expects something of the SMS.
    InterestedParty<'a> of "interested_party" at "" {
        /// Status.
        status: Option<PartyStatus>,
    }
}
