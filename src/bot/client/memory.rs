//! Answers that are kept with GitHub's mark on them, so that it need only say that they still hold.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use http::header::HeaderValue;

use super::Answer;

/// Most bytes that are kept in all.
const MOST: usize = 32 * 1024 * 1024;
/// Most bytes of one answer that is kept.
const LARGEST: usize = 4 * 1024 * 1024;
/// Most answers that are kept.
const COUNT: usize = 5_000;

/// The answers, by who asked and the path with its query. Those that were asked for longest ago go first.
#[derive(Debug, Default)]
pub(super) struct Memory {
    kept: BTreeMap<String, (HeaderValue, Arc<Answer>, u64)>,
    /// Paths in the order of their use, each with the turn at which it was used; older turns of a path are void.
    order: VecDeque<(String, u64)>,
    turn: u64,
    bytes: usize,
}

impl Memory {
    /// What is kept of this path, with its mark.
    pub(super) fn get(&mut self, path: &str) -> Option<(HeaderValue, Arc<Answer>)> {
        let (etag, answer, used) = self.kept.get_mut(path)?;
        self.turn += 1;
        *used = self.turn;
        let found = (etag.clone(), Arc::clone(answer));
        self.order.push_back((path.to_owned(), self.turn));
        self.tidy();
        Some(found)
    }

    /// Keeps an answer.
    pub(super) fn put(&mut self, path: &str, etag: HeaderValue, answer: Answer) {
        self.forget(path);
        if answer.body.len() > LARGEST {
            return;
        }
        self.turn += 1;
        self.bytes += answer.body.len();
        self.kept.insert(path.to_owned(), (etag, Arc::new(answer), self.turn));
        self.order.push_back((path.to_owned(), self.turn));
        self.tidy();
    }

    /// Forgets an answer, which no longer holds.
    pub(super) fn forget(&mut self, path: &str) {
        if let Some((_, answer, _)) = self.kept.remove(path) {
            self.bytes -= answer.body.len();
        }
    }

    /// Lets go of what was used longest ago until all bounds hold.
    fn tidy(&mut self) {
        while self.bytes > MOST || self.kept.len() > COUNT || self.order.len() > 4 * COUNT {
            let Some((path, turn)) = self.order.pop_front() else { return };
            if self.kept.get(&path).is_some_and(|(.., used)| *used == turn) {
                self.forget(&path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(size: usize) -> Answer {
        Answer { body: vec![b'x'; size], headers: http::HeaderMap::new() }
    }

    fn mark(text: &str) -> HeaderValue {
        HeaderValue::from_str(text).unwrap()
    }

    #[test]
    fn an_answer_is_kept_until_a_newer_one_or_none_takes_its_place() {
        let mut memory = Memory::default();
        assert!(memory.get("/a").is_none());
        memory.put("/a", mark("1"), answer(10));
        assert_eq!(memory.get("/a").unwrap().0, "1");
        memory.put("/a", mark("2"), answer(20));
        let (etag, kept) = memory.get("/a").unwrap();
        assert_eq!((etag, kept.body.len(), memory.bytes), (mark("2"), 20, 20));
        memory.put("/a", mark("3"), answer(LARGEST + 1));
        assert!(memory.get("/a").is_none(), "one that is too large is not kept, and neither is the one before it");
        memory.forget("/b");
        assert_eq!(memory.bytes, 0);
    }

    #[test]
    fn what_was_used_longest_ago_goes_first_and_all_stays_within_bounds() {
        let mut memory = Memory::default();
        let most = MOST / LARGEST;
        for at in 0..most {
            memory.put(&format!("/{at}"), mark("x"), answer(LARGEST));
        }
        assert!(memory.get("/0").is_some());
        memory.put("/new", mark("x"), answer(LARGEST));
        assert!(memory.get("/1").is_none() && memory.get("/0").is_some() && memory.get("/new").is_some());
        assert!(memory.bytes <= MOST);
        for at in 0..3 * COUNT {
            memory.put(&format!("/{at}"), mark("x"), answer(1));
            let _ = memory.get("/new");
        }
        assert!(memory.kept.len() <= COUNT && memory.order.len() <= 4 * COUNT, "{}", memory.order.len());
        assert!(memory.get("/new").is_some(), "what is used again and again stays");
    }
}
