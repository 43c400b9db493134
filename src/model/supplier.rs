//! Suppliers (8.3.4) and agreements within the organisation.

use jiff::civil::Date;

use super::view::Ref;
use super::words::SupplierKind;

words! {
    /// Status of a supplier.
    SupplierStatus {
        /// Not yet chosen.
        Candidate = "candidate",
        /// Delivers.
        Active = "active",
        /// No longer delivers.
        Ended = "ended",
    }
}

words! {
    /// What a supplier is to the organisation.
    SupplierType {
        /// Another company.
        External = "external",
        /// Another part of the organisation.
        Internal = "internal",
        /// A customer who also delivers.
        CustomerAsSupplier = "customer_as_supplier",
    }
}

kinds! {
    /// What a supplier can provide.
    Provided = ["service", "ci", "process"];
}

view! {
    /// A supplier (8.3.4).
    Supplier<'a> of "supplier" at "" {
        /// Status.
        status: Option<SupplierStatus>,
        /// What it is to the organisation.
        supplier_type: Option<SupplierType>,
        /// The supplier that leads it, for a sub-supplier.
        lead_supplier: Option<Ref<'a, SupplierKind>>,
        /// What it provides or operates.
        provides: Vec<Ref<'a, Provided>>,
        /// Whether it can read data of customers.
        data_access: Option<bool>,
        /// What was agreed about information security.
        security_terms: Option<&'a str>,
        /// How it was chosen.
        selection: Option<Selection<'a>>,
        /// What is measured of it.
        controls: Vec<SupplierControl<'a>>,
    }
}

view! {
    /// How a supplier was chosen.
    Selection<'a> of "supplier" at "/selection" {
        /// When.
        date: Option<Date>,
    }
}

view! {
    /// Something that is measured of a supplier (8.2.3).
    SupplierControl<'a> of "supplier" at "/controls/*" {
        /// How often it is looked at.
        frequency: Option<&'a str>,
        /// The metric that holds the figures.
        metric: Option<&'a str>,
    }
}
