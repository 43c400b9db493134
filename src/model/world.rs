//! The SMS as local rules see it.

use std::collections::BTreeSet;

use super::sms::{Ix, Sms};
use crate::local::{Subject, World};

impl World for Sms<'_> {
    fn subject(&self, number: u32) -> Subject<'_> {
        let record = self.record(Ix(number));
        Subject { kind: record.kind, id: record.id.as_str(), file: record.file, root: &record.root }
    }

    fn find(&self, id: &str) -> Option<u32> {
        Sms::find(self, id).map(|ix| ix.0)
    }

    fn of_kind(&self, kind: &str) -> Vec<u32> {
        Sms::of_kind(self, kind).map(|(ix, _)| ix.0).collect()
    }

    fn incoming(&self, number: u32) -> Vec<u32> {
        let from: BTreeSet<u32> = Sms::incoming(self, Ix(number)).map(|reference| reference.from.0).collect();
        from.into_iter().collect()
    }

    fn outgoing(&self, number: u32) -> Vec<u32> {
        let to = Sms::outgoing(self, Ix(number)).iter().filter_map(|reference| Some(self.target(reference)?.0.0));
        let to: BTreeSet<u32> = to.collect();
        to.into_iter().collect()
    }

    fn count(&self) -> usize {
        self.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    #[test]
    fn each_neighbour_is_there_once_and_former_ids_are_found() {
        let text =
            "== ci ci-a\nrelations: [ci-b, ci-b, gone]\nowner: ann-old\n== ci ci-b\n== person ann\naliases: [ann-old]";
        records(text, |sms| {
            let world: &dyn World = sms;
            let ids = |numbers: Vec<u32>| -> Vec<String> {
                numbers.into_iter().map(|number| world.subject(number).id.to_owned()).collect()
            };
            let number = |id: &str| world.find(id).unwrap();
            assert_eq!(ids(world.outgoing(number("ci-a"))), ["ann", "ci-b"]);
            assert_eq!(
                (ids(world.incoming(number("ci-b"))), ids(world.incoming(number("ci-a")))),
                (vec!["ci-a".to_owned()], vec![])
            );
            assert_eq!(
                (ids(world.of_kind("ci")), world.of_kind("service").len(), world.count()),
                (vec!["ci-a".to_owned(), "ci-b".to_owned()], 0, 3)
            );
            assert_eq!((world.find("ann-old"), world.find("gone")), (world.find("ann"), None));
        });
    }
}
