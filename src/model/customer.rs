//! Customers (8.3.2).

use jiff::civil::Date;

use super::view::Ref;
use super::words::Owner;
use crate::base::duration::Duration;

words! {
    /// Status of a customer.
    CustomerStatus {
        /// Not yet one.
        Prospective = "prospective",
        /// Gets services.
        Active = "active",
        /// No longer one.
        Ended = "ended",
    }
}

view! {
    /// A customer.
    Customer<'a> of "customer" at "" {
        /// Status.
        status: Option<CustomerStatus>,
        /// Who looks after the relationship.
        relationship_owner: Option<Ref<'a, Owner>>,
        /// Longest time between two questions about how satisfied it is.
        survey_interval: Option<Duration>,
        /// First day.
        customer_since: Option<Date>,
    }
}
