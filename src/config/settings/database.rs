//! Settings of the database.

use super::{Section, Setting};

pub const SECTION: Section = Section {
    title: "Database",
    settings: &[Setting {
        name: "DATABASE_URL",
        default: "sqlite:data/portal.db",
        secret: true,
        text: "sqlite:PATH for one machine: the file and its folder are created if missing, \
                   and a relative path starts at the folder from which the portal is started. Or \
                   postgres://USER:PASSWORD@HOST:PORT/DATABASE; over a network, append \
                   ?sslmode=require, and &sslrootcert=FILE if the server's certificate comes from \
                   a private authority.",
    }],
};
