# ---- The README's pictures -----------------------------------------------------------------------------------------
.PHONY: pictures
pictures: install-test ## draw the README's pictures anew
	$(MAKE) -j2 all web data
	SCRAWL_BUILD=$(BUILD) node tests/pictures/make_pictures.mjs .github/pictures
