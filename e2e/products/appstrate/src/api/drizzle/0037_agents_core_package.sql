UPDATE agents SET package_id = 'pkg_core';
