//! Clauses of ISO/IEC 20000-1: numbers and titles of the 2018 edition, and where the 2011 numbers went.

/// One clause: number and title. The text of the standard is not here; buy a copy to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// Number, for example `8.5.1.3`.
    pub number: &'static str,
    /// Title; empty for paragraphs that are numbered but not titled.
    pub title: &'static str,
}

const CLAUSES: &[(&str, &str)] = &[
    ("4", "Context of the organization"),
    ("4.1", "Understanding the organization and its context"),
    ("4.2", "Understanding the needs and expectations of interested parties"),
    ("4.3", "Determining the scope of the service management system"),
    ("4.4", "Service management system"),
    ("5", "Leadership"),
    ("5.1", "Leadership and commitment"),
    ("5.2", "Policy"),
    ("5.2.1", "Establishing the service management policy"),
    ("5.2.2", "Communicating the service management policy"),
    ("5.3", "Organizational roles, responsibilities and authorities"),
    ("6", "Planning"),
    ("6.1", "Actions to address risks and opportunities"),
    ("6.1.1", ""),
    ("6.1.2", ""),
    ("6.1.3", ""),
    ("6.2", "Service management objectives and planning to achieve them"),
    ("6.2.1", "Establish objectives"),
    ("6.2.2", "Plan to achieve objectives"),
    ("6.3", "Plan the service management system"),
    ("7", "Support of the service management system"),
    ("7.1", "Resources"),
    ("7.2", "Competence"),
    ("7.3", "Awareness"),
    ("7.4", "Communication"),
    ("7.5", "Documented information"),
    ("7.5.1", "General"),
    ("7.5.2", "Creating and updating documented information"),
    ("7.5.3", "Control of documented information"),
    ("7.5.4", "Service management system documented information"),
    ("7.6", "Knowledge"),
    ("8", "Operation of the service management system"),
    ("8.1", "Operational planning and control"),
    ("8.2", "Service portfolio"),
    ("8.2.1", "Service delivery"),
    ("8.2.2", "Plan the services"),
    ("8.2.3", "Control of parties involved in the service lifecycle"),
    ("8.2.3.1", ""),
    ("8.2.3.2", ""),
    ("8.2.4", "Service catalogue management"),
    ("8.2.5", "Asset management"),
    ("8.2.6", "Configuration management"),
    ("8.3", "Relationship and agreement"),
    ("8.3.1", "General"),
    ("8.3.2", "Business relationship management"),
    ("8.3.3", "Service level management"),
    ("8.3.4", "Supplier management"),
    ("8.3.4.1", "Management of external suppliers"),
    ("8.3.4.2", "Management of internal suppliers and customers acting as a supplier"),
    ("8.4", "Supply and demand"),
    ("8.4.1", "Budgeting and accounting for services"),
    ("8.4.2", "Demand management"),
    ("8.4.3", "Capacity management"),
    ("8.5", "Service design, build and transition"),
    ("8.5.1", "Change management"),
    ("8.5.1.1", "Change management policy"),
    ("8.5.1.2", "Change management initiation"),
    ("8.5.1.3", "Change management activities"),
    ("8.5.2", "Service design and transition"),
    ("8.5.2.1", "Plan new or changed services"),
    ("8.5.2.2", "Design"),
    ("8.5.2.3", "Build and transition"),
    ("8.5.3", "Release and deployment management"),
    ("8.6", "Resolution and fulfilment"),
    ("8.6.1", "Incident management"),
    ("8.6.2", "Service request management"),
    ("8.6.3", "Problem management"),
    ("8.7", "Service assurance"),
    ("8.7.1", "Service availability management"),
    ("8.7.2", "Service continuity management"),
    ("8.7.3", "Information security management"),
    ("8.7.3.1", "Information security policy"),
    ("8.7.3.2", "Information security controls"),
    ("8.7.3.3", "Information security incidents"),
    ("9", "Performance evaluation"),
    ("9.1", "Monitoring, measurement, analysis and evaluation"),
    ("9.2", "Internal audit"),
    ("9.2.1", ""),
    ("9.2.2", ""),
    ("9.3", "Management review"),
    ("9.4", "Service reporting"),
    ("10", "Improvement"),
    ("10.1", "Nonconformity and corrective action"),
    ("10.1.1", ""),
    ("10.1.2", ""),
    ("10.2", "Continual improvement"),
];

/// Numbers of the 2011 edition that the 2018 edition no longer has, with the 2018 number of the same subject.
const FROM_2011: &[(&str, &str)] = &[
    ("4.1.1", "5.1"),
    ("4.1.2", "5.2.1"),
    ("4.1.3", "5.3"),
    ("4.1.4", "5.3"),
    ("4.3.1", "7.5.1"),
    ("4.3.2", "7.5.3"),
    ("4.3.3", "7.5.3"),
    ("4.4.1", "7.1"),
    ("4.4.2", "7.2"),
    ("4.5", "6.3"),
    ("4.5.1", "4.3"),
    ("4.5.2", "6.3"),
    ("4.5.3", "8.1"),
    ("4.5.4", "9.1"),
    ("4.5.4.1", "9.1"),
    ("4.5.4.2", "9.2"),
    ("4.5.4.3", "9.3"),
    ("4.5.5", "10.2"),
    ("4.5.5.1", "10.1"),
    ("4.5.5.2", "10.2"),
    ("5.4", "8.5.2.3"),
    ("6.3.1", "8.7.2"),
    ("6.3.2", "8.7.2"),
    ("6.3.3", "8.7.2"),
    ("6.4", "8.4.1"),
    ("6.5", "8.4.3"),
    ("6.6", "8.7.3"),
    ("6.6.1", "8.7.3.1"),
    ("6.6.2", "8.7.3.2"),
    ("6.6.3", "8.7.3.3"),
];

/// All clauses of the 2018 edition, in the order of the standard.
pub fn all() -> impl Iterator<Item = Clause> {
    CLAUSES.iter().map(|(number, title)| Clause { number, title })
}

/// The clause with this number.
#[must_use]
pub fn find(number: &str) -> Option<Clause> {
    all().find(|clause| clause.number == number)
}

/// The 2018 number for a number that only the 2011 edition had.
#[must_use]
pub fn from_2011(number: &str) -> Option<Clause> {
    let (_, now) = FROM_2011.iter().find(|(old, _)| *old == number)?;
    find(now)
}

/// A clause tag taken apart: `20000-1:8.5.1` is standard `20000-1`, number `8.5.1`; a bare number means ISO/IEC 20000-1.
#[must_use]
pub fn split(tag: &str) -> (&str, &str) {
    tag.split_once(':').unwrap_or(("20000-1", tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_known_by_number() {
        assert_eq!(find("8.5.1.3").map(|clause| clause.title), Some("Change management activities"));
        assert_eq!(find("8.8"), None);
    }

    #[test]
    fn every_old_number_is_gone_and_leads_to_a_clause() {
        for (old, now) in FROM_2011 {
            assert!(find(old).is_none(), "{old} is still a number of 2018");
            assert!(find(now).is_some(), "{now}");
        }
    }

    #[test]
    fn numbers_stand_once_and_below_their_parent() {
        let numbers: Vec<_> = all().map(|clause| clause.number).collect();
        for number in &numbers {
            assert_eq!(numbers.iter().filter(|other| *other == number).count(), 1);
            if let Some((parent, _)) = number.rsplit_once('.') {
                assert!(numbers.contains(&parent), "{number} has no {parent}");
            }
        }
    }

    #[test]
    fn a_bare_tag_means_20000_1() {
        assert_eq!(split("8.2.4"), ("20000-1", "8.2.4"));
        assert_eq!(split("27001:5.1"), ("27001", "5.1"));
    }

    #[test]
    fn clauses_stand_in_the_order_of_the_standard() {
        let key = |number: &str| number.split('.').map(|part| part.parse::<u32>().unwrap()).collect::<Vec<_>>();
        let keys: Vec<_> = all().map(|clause| key(clause.number)).collect();
        assert!(keys.is_sorted());
        assert_eq!((all().next().unwrap().number, all().last().unwrap().number), ("4", "10.2"));
    }

    #[test]
    fn only_paragraphs_have_no_title() {
        for clause in all().filter(|clause| clause.title.is_empty()) {
            let parent = clause.number.rsplit_once('.').unwrap().0;
            assert!(!find(parent).unwrap().title.is_empty(), "{}", clause.number);
            assert!(!all().any(|other| other.number.starts_with(&format!("{}.", clause.number))), "{}", clause.number);
        }
    }

    #[test]
    fn a_number_of_2011_leads_to_its_subject() {
        assert_eq!(from_2011("6.6").map(|clause| clause.title), Some("Information security management"));
        assert_eq!(from_2011("4.5.4.2").map(|clause| clause.number), Some("9.2"));
        assert_eq!(from_2011("8.5.1"), None, "a number of 2018 is not an old one");
        assert_eq!(from_2011("99"), None);
    }

    #[test]
    fn numbers_are_matched_as_a_whole() {
        for none in ["", "8.", "8.5.1.", "08.5", "8.5.1.3.1", " 8.5"] {
            assert_eq!(find(none), None, "{none:?}");
        }
        assert_eq!(split("9001:2015:4.1"), ("9001", "2015:4.1"), "only the first colon parts");
        assert_eq!(split(":8.5"), ("", "8.5"));
    }
}
