//! Reports and what they are made by (9.4).

use jiff::civil::Date;

use super::sms::Sms;
use super::view::Ref;

words! {
    /// Status of a report.
    ReportStatus {
        /// Being written.
        Draft = "draft",
        /// Sent out.
        Issued = "issued",
        /// Sent out, and put right afterwards.
        Corrected = "corrected",
    }
}

kinds! {
    /// What a report is made by.
    DefinitionKind = ["report_definition"];
}

view! {
    /// One issue of a report.
    ServiceReport<'a> of "report" at "" {
        /// Status.
        status: Option<ReportStatus>,
        /// The definition that it follows.
        definition: Option<Ref<'a, DefinitionKind>>,
        /// The day on which it was sent out.
        issued_at: Option<Date>,
    }
}

impl<'a> ServiceReport<'a> {
    /// Whether it was sent out.
    #[must_use]
    pub fn is_issued(self) -> bool {
        matches!(self.status(), Some(ReportStatus::Issued | ReportStatus::Corrected))
    }

    /// The last that was sent out under a definition with this subject, with the day of that.
    #[must_use]
    pub fn last_about(sms: &'a Sms<'_>, subject: &str) -> Option<(Date, Self)> {
        let about = |report: &Self| {
            let definition = report.definition().and_then(|it| sms.view::<ReportDefinition<'_>>(sms.find(it.id)?));
            definition.is_some_and(|definition| definition.subjects().contains(&subject))
        };
        let issued = sms.all::<Self>().filter(|report| report.is_issued() && about(report));
        issued.filter_map(|report| Some((report.issued_at()?, report))).max_by_key(|(issued, _)| *issued)
    }
}

view! {
    /// What a report is about, for whom and how often.
    ReportDefinition<'a> of "report_definition" at "" {
        /// What it tells about.
        subjects: Vec<&'a str>,
    }
}
