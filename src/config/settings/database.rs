//! Settings of the database.

use super::{Section, Setting};

pub const SECTION: Section = Section {
    title: "Database",
    settings: &[Setting {
        name: "DATABASE_URL",
        default: "sqlite:data/portal.db",
        secret: true,
        text: "sqlite:PATH for one machine: the file and its folder are made when missing, and a \
               relative path starts at the folder the portal is started from. Or \
               postgres://USER:PASSWORD@HOST:PORT/DATABASE, over a network with ?sslmode=require \
               at its end, and &sslrootcert=FILE where a private authority has certified it.",
    }],
};
