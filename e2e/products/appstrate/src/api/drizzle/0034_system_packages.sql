INSERT INTO packages (id, name) VALUES ('pkg_core', '@appstrate/core'), ('pkg_chat', '@appstrate/module-chat');
