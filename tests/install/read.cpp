// read MODEL PICTURE: prints what is written there.
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <scrawl.h>
#include <string>

static std::string read_file(const char *path)
{
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

int main(int count, char **paths)
{
    if (count != 3) return 2;
    scrawl_model *loaded = nullptr;
    scrawl_reading *read = nullptr;
    const std::string file = read_file(paths[1]), picture = read_file(paths[2]);
    if (scrawl_model_load(file.data(), file.size(), &loaded) != SCRAWL_OK) return std::cout << scrawl_error(), 1;
    const std::unique_ptr<scrawl_model, void (*)(scrawl_model *)> model(loaded, scrawl_model_free);
    const scrawl_predict_options options = scrawl_predict_default();
    if (scrawl_predict_picture(model.get(), picture.data(), picture.size(), &options, &read) != SCRAWL_OK)
        return std::cout << scrawl_error(), 1;
    const std::unique_ptr<scrawl_reading, void (*)(scrawl_reading *)> reading(read, scrawl_reading_free);
    std::cout << scrawl_version() << '\n' << reading->text << '\n';
}
