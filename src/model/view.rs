//! Typed views of records and of parts of them: thin, read on demand, tolerant of what is wrong.

use std::fmt;
use std::marker::PhantomData;

use jiff::civil::Date;

use super::record::Record;
use crate::base::date::{When, parse_date};
use crate::base::duration::Duration;
use crate::base::exact::Exact;
use crate::base::span::Span;
use crate::yaml::Node;

/// A place in a record: the record and one of its nodes.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// The record.
    pub record: &'a Record<'a>,
    /// The node.
    pub node: &'a Node<'a>,
}

impl fmt::Debug for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}..{}", self.record.id, self.node.start, self.node.end)
    }
}

impl<'a> At<'a> {
    /// The field `name` of this node.
    #[must_use]
    pub fn cell(self, name: &str) -> Cell<'a> {
        // Everybody asks for the status, and the record knows its place.
        let is_status = name == "status" && std::ptr::eq(self.node, &raw const self.record.root);
        let node = if is_status { self.record.status_node() } else { self.node.get(name) };
        Cell { record: self.record, node }
    }

    /// Where the node stands.
    #[must_use]
    pub fn span(self) -> Span {
        self.node.span(self.record.file)
    }

    /// Those of `fields` that are absent or say nothing. What is there and wrong, or misspelt, is the matter of the
    /// schema.
    #[must_use]
    pub fn missing(self, fields: &[&'static str]) -> Vec<&'static str> {
        let is_record = std::ptr::eq(self.node, &raw const self.record.root);
        let misspelt = |field: &str| is_record && self.record.is_misspelt(field);
        let missing = |field: &&str| self.node.get(field).is_none_or(Node::is_blank) && !misspelt(field);
        fields.iter().copied().filter(missing).collect()
    }

    /// Where field `name` stands: a short value itself, the key of a list or mapping; where it is absent, the id of the
    /// record, or this node when it is only a part.
    #[must_use]
    pub fn field_span(self, name: &str) -> Span {
        let is_record = std::ptr::eq(self.node, &raw const self.record.root);
        match self.node.entry(name) {
            Some(entry) if entry.value.scalar().is_some() => entry.value.span(self.record.file),
            Some(entry) => entry.key_span(self.record.file),
            None if is_record => self.record.id_span(),
            None => self.span(),
        }
    }
}

/// A value that may be absent.
#[derive(Clone, Copy)]
pub struct Cell<'a> {
    /// The record that it belongs to.
    pub record: &'a Record<'a>,
    /// The value.
    pub node: Option<&'a Node<'a>>,
}

/// A typed view of a kind of record, or of a part of one.
pub trait View<'a>: Copy {
    /// The kind.
    const KIND: &'static str;
    /// Where in the record it stands: empty for the record, else keys and `*` for each item of a list.
    const PATH: &'static str;
    /// The fields that it reads.
    const FIELDS: &'static [Field];
    /// The view of a node.
    fn new(at: At<'a>) -> Self;
}

/// A field that a view reads, for the test that holds views and schemas together.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// The closed list of words that the view knows, when it knows one.
    pub words: Option<&'static [&'static str]>,
    /// The kinds that the view expects behind a reference, when it is one.
    pub kinds: &'static [&'static str],
}

/// A type that a field can be read as. What is wrong reads as absent.
pub trait Read<'a>: Sized {
    /// See [`Field::words`].
    const WORDS: Option<&'static [&'static str]> = None;
    /// See [`Field::kinds`].
    const KINDS: &'static [&'static str] = &[];
    /// Reads it.
    fn read(cell: Cell<'a>) -> Self;
}

/// A type that one node can be read as.
pub trait ReadNode<'a>: Sized {
    /// See [`Field::words`].
    const WORDS: Option<&'static [&'static str]> = None;
    /// See [`Field::kinds`].
    const KINDS: &'static [&'static str] = &[];
    /// Reads it; `None` when it is something else.
    fn read_node(at: At<'a>) -> Option<Self>;
}

impl<'a, T: ReadNode<'a>> Read<'a> for Option<T> {
    const WORDS: Option<&'static [&'static str]> = T::WORDS;
    const KINDS: &'static [&'static str] = T::KINDS;

    fn read(cell: Cell<'a>) -> Self {
        T::read_node(At { record: cell.record, node: cell.node? })
    }
}

impl<'a, T: ReadNode<'a>> Read<'a> for Vec<T> {
    const WORDS: Option<&'static [&'static str]> = T::WORDS;
    const KINDS: &'static [&'static str] = T::KINDS;

    fn read(cell: Cell<'a>) -> Self {
        let items = cell.node.map(Node::items).unwrap_or_default();
        items.iter().filter_map(|node| T::read_node(At { record: cell.record, node })).collect()
    }
}

impl<'a> ReadNode<'a> for &'a str {
    fn read_node(at: At<'a>) -> Option<Self> {
        at.node.as_str().filter(|text| !text.trim().is_empty())
    }
}

impl<'a> ReadNode<'a> for i64 {
    fn read_node(at: At<'a>) -> Option<Self> {
        at.node.as_int()
    }
}

impl<'a> ReadNode<'a> for bool {
    fn read_node(at: At<'a>) -> Option<Self> {
        at.node.as_bool()
    }
}

impl<'a> ReadNode<'a> for Date {
    fn read_node(at: At<'a>) -> Option<Self> {
        parse_date(at.node.as_str()?).ok()
    }
}

impl<'a> ReadNode<'a> for When {
    fn read_node(at: At<'a>) -> Option<Self> {
        Self::parse(at.node.as_str()?).ok()
    }
}

impl<'a> ReadNode<'a> for Exact {
    fn read_node(at: At<'a>) -> Option<Self> {
        Self::parse(&at.node.scalar()?)
    }
}

impl<'a> ReadNode<'a> for Duration {
    fn read_node(at: At<'a>) -> Option<Self> {
        Self::parse(at.node.as_str()?).ok()
    }
}

impl<'a> ReadNode<'a> for At<'a> {
    fn read_node(at: Self) -> Option<Self> {
        Some(at)
    }
}

/// Kinds that a reference may lead to.
pub trait Kinds {
    /// Their names.
    const KINDS: &'static [&'static str];
}

/// A reference to a record of kind `K`, not yet followed; [`super::Sms::follow`] does that.
pub struct Ref<'a, K> {
    /// The id that it names.
    pub id: &'a str,
    /// Where it stands.
    pub span: Span,
    kind: PhantomData<fn() -> K>,
}

impl<K> Clone for Ref<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Ref<'_, K> {}

impl<K> fmt::Debug for Ref<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl<'a, K: Kinds> ReadNode<'a> for Ref<'a, K> {
    const KINDS: &'static [&'static str] = K::KINDS;

    fn read_node(at: At<'a>) -> Option<Self> {
        Some(Self { id: at.node.as_str()?, span: at.span(), kind: PhantomData })
    }
}

/// Declares sets of kinds that a [`Ref`] may lead to.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = [$($kind:literal),+];)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub enum $name {}

            impl $crate::model::view::Kinds for $name {
                const KINDS: &'static [&'static str] = &[$($kind),+];
            }
        )+
    };
}

/// The key that a method of a view reads: a key that is a word of Rust, such as `type`, is written `r#type` there.
#[must_use]
pub const fn key(method: &'static str) -> &'static str {
    if let [b'r', b'#', key @ ..] = method.as_bytes()
        && let Ok(key) = std::str::from_utf8(key)
    {
        return key;
    }
    method
}

/// Declares a typed view: a method for each field, read on demand.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident<$lt:lifetime> of $kind:literal at $path:literal {
        $($(#[$field_doc:meta])* $field:ident: $ty:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<$lt>(pub $crate::model::view::At<$lt>);

        impl<$lt> $name<$lt> {
            $(
                $(#[$field_doc])*
                #[must_use]
                pub fn $field(self) -> $ty {
                    $crate::model::view::Read::read(self.0.cell($crate::model::view::key(stringify!($field))))
                }
            )*
        }

        impl<$lt> $crate::model::view::View<$lt> for $name<$lt> {
            const KIND: &'static str = $kind;
            const PATH: &'static str = $path;
            const FIELDS: &'static [$crate::model::view::Field] = &[$($crate::model::view::Field {
                name: $crate::model::view::key(stringify!($field)),
                words: <$ty as $crate::model::view::Read>::WORDS,
                kinds: <$ty as $crate::model::view::Read>::KINDS,
            }),*];

            fn new(at: $crate::model::view::At<$lt>) -> Self {
                Self(at)
            }
        }

        impl<$lt> $crate::model::view::ReadNode<$lt> for $name<$lt> {
            fn read_node(at: $crate::model::view::At<$lt>) -> Option<Self> {
                matches!(at.node.value, $crate::yaml::Value::Map(_)).then_some(Self(at))
            }
        }
    };
}

/// Declares a closed list of words as an enum.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$word_doc])* $variant,)+
        }

        impl $name {
            /// The word in records.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl<'a> $crate::model::view::ReadNode<'a> for $name {
            const WORDS: Option<&'static [&'static str]> = Some(&[$($word),+]);

            fn read_node(at: $crate::model::view::At<'a>) -> Option<Self> {
                match at.node.as_str()? {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macros are made for modules that others see")]
mod tests;
