//! Pages about many records at once: registers with a picture, calendars, coverage, maps.

pub(super) mod heat;
